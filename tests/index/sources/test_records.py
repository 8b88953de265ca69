"""Article records in one JSON document and in tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import read_source, read_sources

RECORDS = [
    {"title": "Harbor fined", "text": "The harbor was fined.", "published": "2021-05-04", "source": "Daily"},
    {"title": "Bridge opened", "text": 'The bridge, long awaited, opened.\n\nIt was "wide".'},
]


def read(path: Path) -> tuple[list[Article], list[Skipped]]:
    items = list(read_source(path))
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Skipped)]


@pytest.mark.parametrize(
    "document",
    [RECORDS, {"articles": RECORDS}, {"total": 2, "results": RECORDS}],
    ids=["list", "articles", "results"],
)
def test_a_document_of_records(tmp_path: Path, document: object) -> None:
    path = tmp_path / "news.json"
    path.write_text(json.dumps(document, indent=1))
    articles, skipped = read(path)
    assert [(a.title, a.text) for a in articles] == [(r["title"], r["text"]) for r in RECORDS]
    assert (articles[0].published, articles[0].source, skipped) == ("2021-05-04", "Daily", [])


def test_an_id_that_is_null(tmp_path: Path) -> None:  # found by fuzzing: it ended the whole ingest
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(RECORDS[0] | {"id": None}) + "\n" + json.dumps(RECORDS[1] | {"id": "x" * 201}))
    articles, skipped = read(path)
    assert [a.title for a in articles] == ["Harbor fined"]
    assert "'id' is wrong" in skipped[0].reason


def test_modified_and_section(tmp_path: Path) -> None:
    path, table = tmp_path / "one.json", tmp_path / "one.csv"
    path.write_text(json.dumps(RECORDS[0] | {"modified": "2021-05-05T10:00:00Z", "section": "Local"}))
    table.write_text("title,text,Last_Modified,Category\nHarbor,The harbor was fined.,2021-05-05,Local\n")
    ((article,), _), ((row,), _) = read(path), read(table)
    assert (article.modified, article.section) == ("2021-05-05T10:00:00Z", "Local")
    assert (row.modified, row.section) == ("2021-05-05", "Local")


def test_what_a_record_does_not_say_is_taken_from_its_text_and_marked(tmp_path: Path) -> None:
    path, table = tmp_path / "one.json", tmp_path / "one.csv"
    text = (
        "By Jane Doe\nUpdated March 4, 2021\nRIVERTON, Ohio, March 3, 2021 (Reuters) - The harbor was fined."
    )
    path.write_text(json.dumps({"title": "Harbor fined", "text": text}))
    table.write_text(f'title,text,author,date,source\nHarbor fined,"{text}",Bo Li,2021-03-02,Daily\n')
    ((article,), _), ((row,), _) = read(path), read(table)
    assert (article.author, article.published, article.source) == ("Jane Doe", "2021-03-03", "Reuters")
    assert (article.modified, article.text) == ("2021-03-04", text)
    assert article.inferred == ("author", "modified", "published", "source")
    assert (row.author, row.published, row.source) == ("Bo Li", "2021-03-02", "Daily")
    assert row.inferred == ("modified",)


@pytest.mark.parametrize("content", ["[" + "[]," * 40 + "[]]", '[{"text": "' + "A, b. " * 400 + '"}]'])
def test_json_that_would_fill_the_memory(
    tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sources.json_files.LARGEST", 2_000)
    monkeypatch.setattr("index.sources.json_files.MOST_VALUES", 60)
    path = tmp_path / "large.json"
    path.write_text(content)
    with pytest.raises(SourceError, match=r"more JSON than is read at once .* write JSONL, an article a "):
        list(read_source(path))
    record = json.dumps({"title": "Bridge", "text": "Mayor Lee opened a bridge."})
    path.write_text(f"{record}\n" * 200)  # JSONL by another name is read line by line
    assert len(list(read_source(path))) == 200


def test_a_single_record_and_records_a_line(tmp_path: Path) -> None:
    one, lines = tmp_path / "one.json", tmp_path / "lines.json"
    one.write_text(json.dumps(RECORDS[0]))
    lines.write_text("\n".join(map(json.dumps, RECORDS)))
    assert len(read(one)[0]) == 1
    assert len(read(lines)[0]) == 2


def test_a_broken_record_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "news.json"
    path.write_text(json.dumps([RECORDS[0], {"title": "No text"}, 7, RECORDS[1]]))
    articles, skipped = read(path)
    assert len(articles) == 2
    assert [s.origin for s in skipped] == [f"{path}, record 2", f"{path}, record 3"]
    assert "'text' is wrong" in skipped[0].reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"title": "half', "not JSON"),
        ('{"colour": "red"}', "no list of articles"),
        ("7", "no list of articles"),
        ("[" * 99_999, "cannot be used"),
    ],
)
def test_what_is_no_document_of_records(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "news.json"
    path.write_text(content)
    with pytest.raises(SourceError, match=said):
        list(read_source(path))


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_a_table_by_its_columns(tmp_path: Path, name: str, separator: str) -> None:
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file, delimiter=separator)
        rows.writerow(["Nr", "Headline", "Body", "Date", "Publisher"])
        for number, record in enumerate(RECORDS):
            rows.writerow([number, record["title"], record["text"], record.get("published", ""), "Daily"])
        rows.writerow([])
    articles, skipped = read(path)
    assert [(a.title, a.text) for a in articles] == [(r["title"], r["text"]) for r in RECORDS]
    assert {a.source for a in articles} == {"Daily"}
    assert (articles[0].published, articles[1].published, skipped) == ("2021-05-04", None, [])


def test_rows_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\nOne,Fact one.\nTwo,\nThree,Fact, three.\nFour,Fact four.\nFive,"open\n')
    articles, skipped = read(path)
    assert [a.title for a in articles][:2] == ["One", "Four"]
    assert [s.origin for s in skipped][:2] == [f"{path}:3", f"{path}:4"]
    assert "3 cells" in skipped[1].reason


@pytest.mark.parametrize("head", ["Publish_Date,Title,Full_Text", "published,headline,body"])
def test_columns_by_their_common_names(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{head}\n2021-05-04,Harbor fined,The harbor was fined.\n")
    ((article,), _) = read(path)
    assert (article.published, article.title, article.text) == (
        "2021-05-04", "Harbor fined", "The harbor was fined.",
    )  # fmt: skip


def test_a_column_called_text_comes_before_its_synonyms(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("article,title,text\n17,Harbor fined,The harbor was fined.\n")
    ((article,), _) = read(path)
    assert article.text == "The harbor was fined."


@pytest.mark.parametrize("start", ["x" * 17_000_000, '"' + "x\n" * 9_000_000])
def test_a_first_row_without_end(tmp_path: Path, start: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(start)
    with pytest.raises(SourceError) as refused:
        list(read_source(path))
    assert len(str(refused.value)) < 600
    assert str(refused.value).endswith("whose first row names them, 'title' and 'text' at least.")


def test_a_record_that_holds_a_list_is_still_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(RECORDS[0] | {"items": ["related"], "data": []}))
    assert len(read(path)[0]) == 1


def test_a_table_without_texts(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("day,price\n1,2\n")
    with pytest.raises(SourceError, match=r"'day, price'.*call it 'text'"):
        list(read_source(path))


def test_a_date_that_is_not_understood_is_named_and_the_article_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,text,date\nOne,First story.,03/04/2020\nTwo,Second story.,13/04/2020\n")
    one, told, two = list(read_source(path))
    assert isinstance(one, Article) and one.published is None
    assert isinstance(told, Skipped) and told.origin.endswith("a.csv:2")
    assert "its date '03/04/2020' was not understood and is left out" in told.reason
    assert isinstance(two, Article) and two.published == "2020-04-13"


def test_a_date_that_is_not_understood_ends_no_strict_ingest(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,text,date\nOne,First story.,03/04/2020\nTwo,,\n")
    items = read_sources([path], strict=True)
    assert isinstance(next(items), Article)
    assert "was not understood" in next(items).reason  # type: ignore[union-attr]
    with pytest.raises(SourceError, match=r"a\.csv:3"):
        next(items)


@pytest.mark.parametrize("written", ["1584057600", "1584057600000", "2020-03-13T00:00:00Z"])
def test_moments_in_a_table(tmp_path: Path, written: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"title,text,date\nOne,First story.,{written}\n")
    ((article,), skipped) = read(path)
    assert ((article.published or "")[:10], skipped) == ("2020-03-13", [])


@pytest.mark.parametrize("date", [20200399, 7, True, ["a", "b"], {"day": 1}])
def test_a_date_of_any_type_that_is_none_is_named(tmp_path: Path, date: object) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"title": "A", "text": "A story.", "date": date}]))
    ((article,), (told,)) = read(path)
    assert article.published is None
    assert "was not understood and is left out" in told.reason


def test_a_single_record_by_other_names_and_nothing_beside_something(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"Headline": "A vote", "Body": "They voted.", "title": None, "results": 3}))
    ((article,), skipped) = read(path)
    assert (article.title, article.text, skipped) == ("A vote", "They voted.", [])


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\nOne,"First story\nTwo,"Second, with a mark."\nThree,Third.\n')
    first, two, three = list(read_source(path))
    assert isinstance(first, Skipped) and first.origin.endswith("a.csv:2")
    assert "see that every quotation mark is closed" in first.reason
    assert isinstance(two, Article) and (two.title, two.text) == ("Two", "Second, with a mark.")
    assert isinstance(three, Article) and three.title == "Three"
    path.write_text("title,text\n" + 'x,"y\n' * 300 + "Last,Story.\n")
    with pytest.raises(SourceError, match="100 faults"):
        list(read_source(path))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.json", "a.tsv"]))
def test_any_bytes_give_articles_or_a_sentence(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"title,text\n" + content if name != "a.json" else content)
    try:
        items = list(read_source(path))
    except SourceError as error:
        assert "\n" not in str(error)
    else:
        assert all(item.text.strip() if isinstance(item, Article) else item.reason for item in items)
