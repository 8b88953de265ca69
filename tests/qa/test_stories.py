"""An answer from a story that several articles tell: one is cited, and copies confirm nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.archive import Archive
from index.articles import Article, Filters, Passage, ScoredPassage
from qa.answers import Answer
from qa.assistant import Assistant
from qa.calibration import UNCALIBRATED, signals
from qa.citations import tells
from qa.spans import Candidate, agreed

TEXT = (
    "A fire at a chemical depot on the edge of Riverton killed three people on Friday night, the fire "
    "service said.\n\nChief Anna Lindqvist told reporters that the fire began in a loading bay shortly after "
    "nine and spread to two halls before crews could bring it under control. “We have never seen flames of "
    "that height in this county,” she said.\n\nMayor Luis Ortega said the town would open a shelter in the "
    "Lincoln school for those who could not return home."
)
PAGE = "https://gazette.example/depot-fire"
OLD = Article("old", "Depot fire", TEXT, "2020-03-13", source="The Gazette", url=PAGE)
NEW = replace(OLD, article_id="new", text=TEXT.replace("three people", "five people"), published="2020-03-14")
COPY = replace(NEW, article_id="copy", published="2020-03-15", source="The Courier", url=None)
SHORT = replace(COPY, article_id="short", text=NEW.text.rsplit("\n\n", 1)[0], source="The Post")
STALE = replace(COPY, article_id="stale", text=TEXT, source="The Echo")
KILLED = "How many people were killed in the fire at the depot in Riverton?"
SHELTER = "Where would the town open a shelter?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Archive.open(tmp_path_factory.mktemp("stories"), threads=2) as archive:
        archive.ingest([STALE, OLD, NEW, COPY, SHORT])
        yield Assistant(archive, threshold=0.0)


def cited(answer: Answer) -> tuple[str, list[str], list[str], list[str]]:
    """The one citation: whose it is, and which articles it names as copies, earlier and later versions."""
    (citation,) = answer.citations
    others = (citation.also_in, citation.earlier, citation.later)
    return citation.article_id, *([telling.article_id for telling in group] for group in others)  # type: ignore[return-value]


def test_the_newer_version_answers_and_names_the_others_that_say_so(assistant: Assistant) -> None:
    answer = assistant.ask(KILLED)
    assert answer.text == "five"
    assert cited(answer) == ("new", ["copy", "short"], ["old"], [])  # "stale" says three


def test_a_copy_that_was_cut_is_not_named_for_what_it_lacks(assistant: Assistant) -> None:
    answer = assistant.ask(SHELTER)
    assert "Lincoln school" in answer.citations[0].answer
    assert cited(answer)[:2] == ("new", ["copy", "stale"])


def test_before_the_update_the_earlier_version_answers_and_tells_of_the_later(assistant: Assistant) -> None:
    answer = assistant.ask(KILLED, filters=Filters(before="2020-03-13"))
    assert answer.text == "three"
    assert cited(answer) == ("old", [], [], ["new"])


def test_json_has_what_the_citation_has(assistant: Assistant) -> None:
    citation = assistant.ask(KILLED).to_json()["citations"][0]
    assert [copy["article_id"] for copy in citation["also_in"]] == ["copy", "short"]
    assert citation["earlier"][0] == {
        "article_id": "old",
        "title": "Depot fire",
        "source": "The Gazette",
        "published": "2020-03-13",
        "modified": None,
        "url": PAGE,
    }
    assert citation["later"] == []


def test_copies_confirm_nothing(assistant: Assistant) -> None:
    """The same answer from an archive with the story once, and with copies of it."""
    several = assistant.ask(SHELTER).confidence
    with Archive.open(assistant.archive.path.parent / "alone", threads=2) as archive:
        archive.ingest([NEW])
        alone = Assistant(archive, threshold=0.0).ask(SHELTER).confidence
    assert several == pytest.approx(alone, abs=0.02)


def found(article_id: str, story: str = "") -> ScoredPassage:
    text = "It was Ann Lee."
    return ScoredPassage(Passage(f"{article_id}:0", article_id, text, 0, len(text)), 0.1, story=story)


def test_agreement_counts_stories() -> None:
    alone = agreed([1.0], ["Ann Lee"], ["a"], 0.5)
    assert agreed([1.0, 1.0], ["Ann Lee", "Ann Lee"], ["a", "a"], 0.5)[0] == alone[0]
    assert agreed([1.0, 1.0], ["Ann Lee", "Ann Lee"], ["a", "b"], 0.5)[0] > alone[0]


def test_what_the_confidence_is_judged_by_counts_stories() -> None:
    ranked = [(1.0, Candidate(0, 7, 14, 1.0, 0.5))]
    copies, others = [found("a", "a"), found("b", "a")], [found("a"), found("b")]
    assert signals("Who?", ranked, copies, UNCALIBRATED)["spread"] == 1 / 8
    assert signals("Who?", ranked, others, UNCALIBRATED)["spread"] == 1.0
    uneven = replace(UNCALIBRATED, alone=0.1, threshold=0.9)
    assert uneven.threshold_for(copies * 4) == 0.1
    assert uneven.threshold_for(others * 4) == 0.9


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("On Friday, “Ann Lee opened the bridge”, a spokesman said.", True),
        ("On Friday Ann Lee opened the old bridge.", True),
        ("On Friday Ann Leeds opened the bridge.", False),
        ("Ann Lee was elected.", False),
        ("", False),
    ],
)
def test_whether_a_copy_says_the_same(text: str, says: bool) -> None:
    assert tells(text, "Ann Lee opened the bridge.", "Ann Lee") is says
