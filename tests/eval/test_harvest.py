"""From thumbs to draft cases: whole after a thumbs-up, to complete after a thumbs-down, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.harvest import harvest
from eval.records import read_draft
from eval.suite import settle
from index.articles import Article
from index.errors import ArchiveError, SuiteError
from qa.answers import Answer, Citation
from qa.feedback import FILE, Feedback, keep, kept

ARTICLE = Article("a1", "Harbor", "The harbor was fined. Nobody was fired.")
QUOTE = "Nobody was fired."
ANSWER = Answer(
    "Who was fired?", "Nobody", 0.8, (Citation(1, "a1", "Harbor", None, None, None, QUOTE, 22, 39, 22, 28),)
)


def test_thumbs_are_kept_and_the_last_one_counts(tmp_path: Path) -> None:
    keep(tmp_path, Feedback.on(ANSWER, True))
    keep(tmp_path, Feedback.on(ANSWER, False, reason=" It was the director. "))
    (thumb,) = kept(tmp_path)
    assert (thumb.good, thumb.reason, thumb.quotes[0].quote) == (False, "It was the director.", QUOTE)
    keep(tmp_path, Feedback.on(ANSWER, None))
    assert kept(tmp_path) == []


def test_no_thumbs_and_damaged_ones(tmp_path: Path) -> None:
    assert kept(tmp_path) == []
    (tmp_path / FILE).write_text("{\n")
    with pytest.raises(ArchiveError, match="mend the file"):
        kept(tmp_path)


def test_a_thumbs_up_becomes_a_case_that_runs(tmp_path: Path) -> None:
    refused = Answer("Who paid?", None, 0.1)
    keep(tmp_path, Feedback.on(ANSWER, True, history=[("What?", "a harbor")]))
    keep(tmp_path, Feedback.on(refused, True))
    done = harvest(kept(tmp_path), tmp_path / "mine" / "use.jsonl")
    assert (done.added, done.to_complete, done.held) == (2, 0, 0)
    one, two = settle(read_draft(done.path), [ARTICLE]).cases
    assert (one.answers, one.articles, one.history) == (("Nobody",), ("a1",), (("What?", "a harbor"),))
    assert one.evidence[0].places[0].start == 22
    assert two.answers == ()
    assert one.date == kept(tmp_path)[0].at[:10]


def test_a_thumbs_down_waits_for_its_gold(tmp_path: Path) -> None:
    keep(tmp_path, Feedback.on(ANSWER, False, reason="It was the director."))
    done = harvest(kept(tmp_path), tmp_path / "use.jsonl")
    assert done.to_complete == 1
    row = json.loads(done.path.read_text(encoding="utf-8"))
    assert row["answers"] is None and "answered 'Nobody'; reason: It was the director." in row["note"]
    assert settle(read_draft(done.path), [ARTICLE]).cases[0].answerable is None


def test_what_was_completed_stays(tmp_path: Path) -> None:
    keep(tmp_path, Feedback.on(ANSWER, False))
    path = harvest(kept(tmp_path), tmp_path / "use.jsonl").path
    completed = path.read_text().replace('"answers": null', '"answers": ["the director"]')
    path.write_text(completed)
    keep(tmp_path, Feedback.on(Answer("Who paid?", None, 0.1), True))
    done = harvest(kept(tmp_path), path)
    assert (done.added, done.held) == (1, 1)
    assert path.read_text().startswith(completed)


def test_a_file_without_its_last_line_end_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"id": "own", "question": "Why\u2028now?"}')
    keep(tmp_path, Feedback.on(ANSWER, True, history=[("A\u2028B?", "x")]))
    harvest(kept(tmp_path), path)
    assert read_draft(path).cases[0][1].id == "own"
    assert len(read_draft(path).cases) == 2


def test_a_file_that_is_no_suite_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("remember the milk")
    with pytest.raises(SuiteError, match="is no suite"):
        harvest([], path)
    assert path.read_text() == "remember the milk"
