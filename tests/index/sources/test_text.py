"""Plain text as pasted from a page: the sample article line by line, and the top of other articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.articles import Article
from index.errors import SourceError
from index.sentences import sentences
from index.sources import SAMPLE, read_source, sample_article
from index.splitter import split


def read(path: Path, text: str) -> Article:
    path.write_text(text, encoding="utf-8")
    (article,) = read_source(path)
    assert isinstance(article, Article)
    return article


SENTENCES = [sample_article().text[start:end] for start, end in sentences(sample_article().text)]


def test_the_sample_is_who_it_is_wherever_it_is_installed() -> None:
    assert list(read_source(SAMPLE)) == [sample_article()]
    article = sample_article()
    assert (article.title, article.published) == ("US strikes Kataib Hezbollah", "2020-03-13")
    assert article.source == "Voice of America"
    assert article.inferred == ("title",)


@pytest.mark.parametrize(
    "line",
    [
        "Patriot missiles",
        "'Red line'",
        "US Kills Commander of Iran’s Elite Quds Force",
        "General Qassem Soleimani was among at least seven killed outside Baghdad International Airport",
        "FILE - Iraqi Shi'ite Muslim men from the Iranian-backed group "
        "Kataib Hezbollah wave the party's flags"
        " as they walk along a street in Baghdad, July 25, 2014.",
    ],
)
def test_sub_headings_teasers_and_file_lines_stand_alone_and_can_be_found(line: str) -> None:
    assert line in SENTENCES
    assert any(line in passage.text for passage in split(sample_article()))


def test_a_cut_off_caption_told_in_full_by_the_next_line_is_said_once() -> None:
    text = sample_article().text
    assert text.count("This photo released by") == 1
    assert text.startswith("This photo released by the government-affiliated Media Security Cell on March 12")
    assert "rocket-rigged truck…" not in text


def test_a_cut_off_caption_that_nothing_completes_stays_on_a_line_of_its_own() -> None:
    assert any(s.startswith("Burning debris") and s.endswith("were caused…") for s in SENTENCES)


def test_the_dateline_stays_with_its_sentence_and_makes_no_date() -> None:
    first = next(sentence for sentence in SENTENCES if sentence.startswith("PENTAGON / WASHINGTON - U.S. "))
    assert first.endswith("“remains high.”")
    assert "published" not in sample_article().inferred


def test_the_denial_is_one_sentence() -> None:
    assert (
        "Despite U.S. assertions that it was behind the attack on Camp Taji, Kataib Hezbollah on Thursday "
        "denied it was responsible, urging those who were to come forward." in SENTENCES
    )


def test_title_author_and_date_are_read_from_the_top_and_marked_as_inferred(tmp_path: Path) -> None:
    article = read(
        tmp_path / "a.txt",
        "Council backs new bridge\nBy Jane Doe\nMarch 3, 2021\n\nThe city council voted on Tuesday.\n",
    )
    assert (article.title, article.author, article.published) == (
        "Council backs new bridge",
        "Jane Doe",
        "2021-03-03",
    )
    assert set(article.inferred) == {"title", "author", "published"}
    assert article.text.startswith("Council backs new bridge\nBy Jane Doe")


@pytest.mark.parametrize(
    ("line", "source", "published"),
    [
        ("WASHINGTON (Reuters) - The council voted.", "Reuters", None),
        ("WASHINGTON, March 3, 2021 (Reuters) - The council voted.", "Reuters", "2021-03-03"),
        ("RIVERTON, Ohio, 3 March 2021 (AP) — The council voted.", "AP", "2021-03-03"),
        ("WASHINGTON, March 3 (Reuters) - The council voted.", "Reuters", None),
        ("(CNN)The council voted.", "CNN", None),
        ("Mayor Lee at the bridge, March 3, 2021 (AP)", None, None),
    ],
)
def test_a_dateline_gives_the_agency_and_with_a_year_the_day(
    tmp_path: Path, line: str, source: str | None, published: str | None
) -> None:
    article = read(tmp_path / "a.txt", f"Council backs new bridge\n\n{line}\n\nIt was long awaited.\n")
    assert (article.source, article.published) == (source, published)
    assert [name in article.inferred for name in ("source", "published")] == [bool(source), bool(published)]
    assert line in article.text


def test_a_line_that_tells_of_a_change_gives_its_day(tmp_path: Path) -> None:
    article = read(
        tmp_path / "a.txt",
        "Council backs new bridge\nMarch 3, 2021\nLast updated: March 4, 2021\n\nThe council voted.\n",
    )
    assert (article.published, article.modified) == ("2021-03-03", "2021-03-04")
    assert (article.title, article.inferred) == (
        "Council backs new bridge",
        ("modified", "published", "title"),
    )


def test_stated_fields_are_taken_out_of_the_text_and_are_not_inferred(tmp_path: Path) -> None:
    article = read(
        tmp_path / "a.txt",
        "Title: Bridge opens\nAuthor: Jane Doe\nDate: 2021-03-03\nSource: The Gazette\n"
        "URL: https://example.org/bridge\n\nThe bridge opened on Tuesday, and people came.\n",
    )
    assert article.text == "The bridge opened on Tuesday, and people came."
    assert (article.title, article.author, article.published, article.source, article.url) == (
        "Bridge opens",
        "Jane Doe",
        "2021-03-03",
        "The Gazette",
        "https://example.org/bridge",
    )
    assert article.inferred == ()


def test_lines_broken_at_a_fixed_width_are_joined(tmp_path: Path) -> None:
    article = read(
        tmp_path / "a.txt",
        "The council voted on Tuesday to build the bridge over the river, which\n"
        "had been asked for by the people of both its banks for more than ten\n"
        "years and which will cost the city some forty million dollars, all of\n"
        "it borrowed.\n\nWork begins in May.\n",
    )
    assert "river, which had been asked" in article.text
    assert article.text.endswith("borrowed.\n\nWork begins in May.")


def test_the_same_file_has_the_same_id_and_another_has_another(tmp_path: Path) -> None:
    first, again = read(tmp_path / "a.txt", "One fact."), read(tmp_path / "a.txt", "Another fact.")
    other = read(tmp_path / "b.txt", "One fact.")
    assert first.article_id == again.article_id != other.article_id


def test_javascript_never_becomes_a_link(tmp_path: Path) -> None:
    assert read(tmp_path / "a.txt", "URL: javascript:alert(1)\n\nSome text stands here.").url is None


@pytest.mark.parametrize("content", [b"", b"  \n\t\n", b"\xef\xbb\xbf", b"...\n\n---"])
def test_a_file_without_words_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"empty\.txt' (is empty|holds)") as caught:
        list(read_source(path))
    assert "\n" not in str(caught.value)


def test_the_sample_is_itself_wherever_a_copy_lies(tmp_path: Path) -> None:
    copy = tmp_path / SAMPLE.name
    copy.write_bytes(SAMPLE.read_bytes())
    assert list(read_source(copy)) == [sample_article()]
    copy.write_text(SAMPLE.read_text(encoding="utf-8") + "\nMore.", encoding="utf-8")
    ((other,), ours) = list(read_source(copy)), sample_article()
    assert other.article_id != ours.article_id
