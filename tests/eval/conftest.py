"""Made-up results and suites, small enough to work every figure out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eval.results import CaseResult
from eval.systems import Outcome
from index.articles import Article, Filters, Passage, ScoredPassage
from index.splitter import split
from qa.answers import Answer, Citation, Timings
from tests.eval.tiny import write_suite
from tests.qa.faulty_server import Script, faulty
from ui.cli import app

MakeResult = Callable[..., CaseResult]


@pytest.fixture
def result() -> MakeResult:
    """A case's result from the fields that matter; what is left out is as for a case without gold."""
    made = 0

    def make(**fields: Any) -> CaseResult:
        nonlocal made
        made += 1
        given = {"id": f"case-{made}", "question": "Who?", "answers": None, "bucket": "no gold", **fields}
        return CaseResult.model_validate(given)

    return make


@pytest.fixture
def passage() -> Callable[..., dict[str, Any]]:
    """A passage as a run keeps it."""

    def make(name: str, relevant: bool | None = None, says_answer: bool | None = None) -> dict[str, Any]:
        return {
            "passage_id": name,
            "article_id": "a",
            "title": "T",
            "text": "x",
            "start": 0,
            "end": 1,
            "score": 1.0,
            "relevant": relevant,
            "says_answer": says_answer,
        }

    return make


@pytest.fixture
def citation() -> Callable[..., dict[str, Any]]:
    """A citation as a run keeps it."""

    def make(exact: bool = True, on_evidence: bool | None = True) -> dict[str, Any]:
        return {
            "number": 1,
            "article_id": "a",
            "title": "T",
            "source": None,
            "published": None,
            "url": None,
            "quote": "q",
            "start": 0,
            "end": 1,
            "answer_start": 0,
            "answer_end": 1,
            "before": "",
            "after": "",
            "exact": exact,
            "on_evidence": on_evidence,
        }

    return make


ARTICLES = (
    Article(
        "harbor",
        "Harbor fined",
        "The harbor was fined 2.4 million dollars.\n\nRuth Okafor said so.",
    ),
    Article("school", "School bond", "Voters in Halden approved a bond.\n\nWalter Pell lost."),
)


class Parrot:
    """A system that says what it was told to say to each question, and cites its first passage for it."""

    name = "parrot"
    answers = True

    def __init__(
        self, said: dict[str, tuple[str | None, float]], articles: Sequence[Article] = ARTICLES
    ) -> None:
        self.said = said
        self.asked: list[str] = []
        self.filters: list[Filters] = []
        self._articles = {article.article_id: article for article in articles}

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]

    def passages(self, article_id: str) -> Sequence[Passage]:
        return split(self._articles[article_id])

    def ask(self, question: str, history: Sequence[tuple[str, str]], filters: Filters, /) -> Outcome:
        self.asked.append(question)
        self.filters.append(filters)
        if question not in self.said:
            raise LookupError(f"nothing to say to {question!r}")
        text, confidence = self.said[question]
        kept = [self._articles[name] for name in self._articles if name not in filters.without]
        found = tuple(
            ScoredPassage(passage, 1.0, article.title)
            for article in kept
            for passage in split(article)
            if not filters.article_ids or article.article_id in filters.article_ids
        )
        if text is None or not found:
            return Outcome(Answer(question, None, confidence, (), found, Timings(1, 2, 3)), text)
        home = self._articles[found[0].passage.article_id]
        cited = Citation(1, home.article_id, home.title, None, None, None, home.text[:10], 0, 10, 0, 3)
        return Outcome(Answer(question, text, confidence, (cited,), found, Timings(1, 2, 3)), text)


@pytest.fixture
def articles() -> tuple[Article, ...]:
    return ARTICLES


@pytest.fixture
def parrot() -> type[Parrot]:
    return Parrot


@pytest.fixture
def script() -> Iterator[Script]:
    """What a server that may fail does; it is up."""
    script = Script()
    with faulty(script):
        yield script


@pytest.fixture
def evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`byline eval`, in a folder with `tiny.jsonl`."""
    write_suite(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("BYLINE_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["--threads", "1", "eval", *words])

    return run
