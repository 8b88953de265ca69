"""EPUBs, written here with ebooklib: an article a chapter."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from ebooklib import epub

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin
from index.sources import read_source
from index.sources.epub import parse_epub

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


def rewritten(path: Path, name: str, change: Callable[[str], str]) -> None:
    """Write the book again, with one of its files changed."""
    with zipfile.ZipFile(path) as book:
        files = {each: book.read(each) for each in book.namelist()}
    files[name] = change(files[name].decode()).encode()
    with zipfile.ZipFile(path, "w") as copy:
        for each, data in files.items():
            copy.writestr(each, data)


EPUB_2 = '<dc:date xmlns:opf="http://www.idpf.org/2007/opf" opf:event="{}">{}</dc:date>'


@pytest.mark.parametrize(
    ("events", "published", "modified"),
    [
        (("modification", "publication", "creation"), "2021-03-02", "2021-03-01"),
        (("creation", "modification", "conversion"), "2021-03-01", "2021-03-02"),
        (("conversion",), None, None),
    ],
)
def test_the_dates_of_an_epub_2(
    tmp_path: Path, events: Sequence[str], published: str | None, modified: str | None
) -> None:
    def change(package: str) -> str:
        package = re.sub("<meta property=.dcterms:modified.*?</meta>", "", package)
        dates = (EPUB_2.format(event, f"2021-03-0{day}") for day, event in enumerate(events, 1))
        return re.sub("<dc:date.*?</dc:date>", "".join(dates), package)

    path = tmp_path / "weekly.epub"
    write(path)
    rewritten(path, "EPUB/content.opf", change)
    first, _ = read_source(path)
    assert isinstance(first, Article)
    assert (first.published, first.modified) == (published, modified)
    assert first.inferred == (("published",) if published and "publication" not in events else ())


def test_a_subject_is_the_section(tmp_path: Path) -> None:
    path = tmp_path / "weekly.epub"
    write(path)
    subject = "<dc:subject>Local</dc:subject>"
    rewritten(path, "EPUB/content.opf", lambda package: package.replace("<dc:date", f"{subject}<dc:date"))
    first, _ = read_source(path)
    assert isinstance(first, Article)
    assert (first.section, first.inferred) == ("Local", ())


@pytest.mark.parametrize(
    ("old", "new", "origin", "reason"),
    [
        (
            '<itemref idref="chapter_0"',
            '<itemref idref="lost"',
            ", chapter 'lost'",
            "not among the book's files",
        ),
        (
            '1.xhtml" id="chapter_0" media-type="application/xhtml+xml"',
            '1.svg" id="chapter_0" media-type="image/svg+xml"',
            "/text/chapter 1.svg",
            "is image/svg+xml, not a page",
        ),
    ],
)
def test_what_the_spine_names_and_cannot_be_read_is_named(
    tmp_path: Path, old: str, new: str, origin: str, reason: str
) -> None:
    def change(package: str) -> str:
        assert old in package
        return package.replace(old, new)

    path = tmp_path / "weekly.epub"
    write(path)
    rewritten(path, "EPUB/content.opf", change)
    skipped, article = read_source(path)
    assert isinstance(article, Article)
    assert isinstance(skipped, Skipped)
    assert skipped.origin == f"{path}{origin}"
    assert reason in skipped.reason


def test_a_damaged_chapter_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "weekly.epub"
    write(path)
    rewritten(path, "EPUB/text/chapter 1.xhtml", lambda page: page)  # now it lies there unpacked
    path.write_bytes(path.read_bytes().replace(b"all nine", b"all nina"))
    skipped, article = read_source(path)
    assert isinstance(article, Article)
    assert isinstance(skipped, Skipped)
    assert (skipped.origin, skipped.reason[:10]) == (f"{path}/EPUB/text/chapter 1.xhtml", "is damaged")


def test_more_chapters_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.sources.epub._MOST_CHAPTERS", 2)
    path = tmp_path / "weekly.epub"
    write(path)
    article, skipped = parse_epub(path.read_bytes(), Origin.of_file(path))
    assert isinstance(article, Article)
    assert isinstance(skipped, Skipped)
    assert "names 4 chapters, of which 2 were read" in skipped.reason


@pytest.mark.parametrize("name", ["META-INF/container.xml", "other.txt"])
def test_what_is_no_epub(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, "<container/>")
    with pytest.raises(SourceError, match="no EPUB that can be read"):
        list(read_source(path))
