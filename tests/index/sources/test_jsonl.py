"""Article records: thousands of lines, one of them broken, plain or gzipped."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import read_source


def line(number: int, **fields: object) -> str:
    return json.dumps({"id": f"r{number}", "title": f"Title {number}", "text": f"Fact {number}."} | fields)


def read(path: Path) -> tuple[list[Article], list[Skipped]]:
    items = list(read_source(path))
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Skipped)]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"title": "x", "text": "half', "not JSON"),
        ('{"title": "No text"}', "'text' is wrong"),
        ('{"title": "x", "text": 5}', "'text' is wrong"),
        ('{"title": "x", "text": "  "}', "text is empty"),
        ('["a", "list"]', "no JSON object"),
        ("[" * 100_000, "nested too deep|not JSON"),
        ('{"title": "x", "text": "\\ud83d"}', None),  # half a character is shown as U+FFFD, which is no word
    ],
)
def test_one_broken_line_among_thousands_is_named_and_the_others_go_in(
    tmp_path: Path, broken: str, reason: str | None
) -> None:
    path = tmp_path / "news.jsonl"
    lines = [line(number) for number in range(3000)]
    lines[1233] = broken
    path.write_text("\n".join(lines), encoding="utf-8")
    articles, skipped = read(path)
    assert len(articles) == 2999
    (one,) = skipped
    assert one.origin == f"{path}:1234"
    assert "\n" not in one.reason
    if reason:
        assert any(part in one.reason for part in reason.split("|"))


def test_a_line_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_bytes(
        line(1).encode() + b'\n{"title": "x", "text": "caf\xe9"}\n' + line(3).encode() + b"\r\n\n"
    )
    articles, (skipped,) = read(path)
    assert [article.article_id for article in articles] == ["r1", "r3"]
    assert skipped.origin.endswith(":2")
    assert "UTF-8" in skipped.reason


def test_a_gzipped_file_is_read_and_one_that_breaks_off_gives_what_it_has(tmp_path: Path) -> None:
    data = gzip.compress("\n".join(line(number) for number in range(2000)).encode())
    whole, half = tmp_path / "news.jsonl.gz", tmp_path / "half.jsonl.gz"
    whole.write_bytes(data)
    half.write_bytes(data[: len(data) // 2])
    articles, skipped = read(whole)
    assert (len(articles), skipped) == (2000, [])
    articles, skipped = read(half)
    assert 100 < len(articles) < 2000
    assert "breaks off here" in skipped[-1].reason


@pytest.mark.parametrize("written", [1584057600, 1584057600000, "20200313", "3/13/2020", "March 13, 2020"])
def test_keys_and_dates_as_they_come(tmp_path: Path, written: object) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"Headline": "A vote", "body": "They voted.", "date": written}))
    ((article,), _) = read(path)
    assert (article.title, article.text, (article.published or "")[:10]) == (
        "A vote",
        "They voted.",
        "2020-03-13",
    )


def test_fields_are_cleaned_and_unknown_ones_ignored(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text(
        line(
            1,
            published="2020-03-13T20:05:00+02:00",
            author=["Ann Lee", "Bo Li"],
            url="javascript:alert(1)",
            source=" VOA ",
            score=3,
            text="A\u00a0fact.\r\n\r\n\r\nAnother.",
        ),
        encoding="utf-8",
    )
    ((article,), _) = read(path)
    assert article.text == "A fact.\n\nAnother."
    assert article.published == "2020-03-13T20:05:00+02:00"
    assert (article.author, article.source, article.url) == ("Ann Lee, Bo Li", "VOA", None)


def test_records_without_ids_keep_theirs_in_any_order_and_none_is_lost(tmp_path: Path) -> None:
    records = [{"title": "Corrections", "text": f"Fact {number}."} for number in range(3)]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    articles, _ = read(path)
    assert len({article.article_id for article in articles}) == 3
    assert [a.article_id for a in read(path)[0]] == [a.article_id for a in articles]


def test_a_file_wholly_of_the_wrong_kind_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text("this is\nnot JSON\nat all\n", encoding="utf-8")
    with pytest.raises(SourceError, match="the first of 3 faults") as caught:
        list(read_source(path))
    assert "\n" not in str(caught.value)
