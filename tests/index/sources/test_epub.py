"""EPUBs, written here with ebooklib: an article a chapter."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from ebooklib import epub

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import read_source

CHAPTERS = {
    "Bridge": "<p>The council — all nine — voted.</p><p>The old &amp; new bank<br/>of the river agreed.</p>",
    "Harbor": "<p>The harbor was fined.</p><ul><li>By the city</li><li>By the state</li></ul>",
}


def write(path: Path) -> None:
    book = epub.EpubBook()
    book.set_identifier("weekly-7")
    book.set_title("The Weekly")
    book.set_language("en")
    book.add_author("Jane Doe")
    book.add_author("Bo Li")
    book.add_metadata("DC", "publisher", "Gazette House")
    book.add_metadata("DC", "date", "2021-03-03")
    pages = []
    for number, (title, body) in enumerate(CHAPTERS.items(), 1):
        page = epub.EpubHtml(title=title, file_name=f"text/chapter {number}.xhtml")
        page.content = f"<html><body><h1>{title} news</h1>{body}</body></html>"
        book.add_item(page)
        pages.append(page)
    blank = epub.EpubHtml(title="", file_name="text/blank.xhtml", content="<html><body><hr/></body></html>")
    book.add_item(blank)
    book.add_item(epub.EpubNav())
    book.add_item(epub.EpubNcx())
    book.spine = ["nav", *pages, blank]
    book.toc = pages
    epub.write_epub(str(path), book)


def test_a_chapter_is_an_article(tmp_path: Path) -> None:
    path = tmp_path / "weekly.epub"
    write(path)
    first, second = read_source(path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, second.title) == ("Bridge news", "Harbor news")
    assert first.text == (
        "Bridge news\n\nThe council — all nine — voted.\n\nThe old & new bank\nof the river agreed."
    )
    assert second.text.endswith("By the city\n\nBy the state")
    assert (first.author, first.source, first.published) == ("Jane Doe, Bo Li", "Gazette House", "2021-03-03")
    assert first.modified is not None
    assert first.inferred == ()
    assert first.article_id != second.article_id


def test_a_chapter_that_is_missing_or_protected(tmp_path: Path) -> None:
    whole, holed, locked = (tmp_path / name for name in ("whole.epub", "holed.epub", "locked.epub"))
    write(whole)
    with zipfile.ZipFile(whole) as book, zipfile.ZipFile(holed, "w") as copy:
        for name in book.namelist():
            if "chapter 1" not in name:
                copy.writestr(name, book.read(name))
    items = list(read_source(holed))
    assert [item.title for item in items if isinstance(item, Article)] == ["Harbor news"]
    (skipped,) = (item for item in items if isinstance(item, Skipped))
    assert skipped.origin == f"{holed}/EPUB/text/chapter 1.xhtml"
    with zipfile.ZipFile(locked, "w") as copy:
        copy.writestr("META-INF/encryption.xml", "<encryption/>")
        copy.writestr("META-INF/rights.xml", "<rights/>")
    with pytest.raises(SourceError, match="protected against copying"):
        list(read_source(locked))


@pytest.mark.parametrize("name", ["META-INF/container.xml", "other.txt"])
def test_what_is_no_epub(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, "<container/>")
    with pytest.raises(SourceError, match="no EPUB that can be read"):
        list(read_source(path))
