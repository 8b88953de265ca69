"""The files a suite may come in: Byline's JSONL, SQuAD 1.1 and 2.0 JSON, JSONL of questions with a context.

The form is told from the content, not from the name; `.gz` is read through. Nothing is raised for a
malformed row: each becomes a problem of the Draft, so that all of them can be named together.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from eval.suite import Case, Draft, Evidence, Place
from index.articles import Article
from index.errors import SuiteError

Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]
Turn = Annotated[list[str], Field(min_length=2, max_length=2)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Header(_Row):
    """The optional first line of a suite: its name, and its articles' paths from the suite's folder."""

    suite: Filled
    articles: list[Filled] = []
    description: str | None = None


class CaseRow(_Row):
    """One row of a JSONL suite.

    `choices` and `strict` are news-quiz fields: the first is not used, the second becomes a tag. `note` is
    for whoever keeps the suite.
    """

    id: Filled
    question: Filled
    answers: list[Filled] | None = None
    evidence: list[Filled | list[Filled]] = []
    articles: list[Filled] = []
    history: list[Turn] = []
    date: str | None = None
    tags: list[Filled] = []
    choices: list[str] | None = None
    strict: bool | None = None
    note: str | None = None

    @field_validator("date")
    @classmethod
    def _day(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return date.fromisoformat(value.replace("/", "-")).isoformat()
        except ValueError:
            raise ValueError(f"{value!r} is not a day like 2020-03-13") from None

    def case(self) -> Case:
        tags = [*self.tags, "strict"] if self.strict else self.tags
        return Case(
            id=self.id,
            question=self.question,
            answers=None if self.answers is None else tuple(self.answers),
            evidence=tuple(_evidence(item) for item in self.evidence if item),
            articles=tuple(self.articles),
            history=tuple((question, answer) for question, answer in self.history),
            date=self.date,
            tags=tuple(dict.fromkeys(tags)),
        )


def _evidence(item: str | list[str]) -> Evidence:
    """A quote, or quotes of which any one will do."""
    first, *others = [item] if isinstance(item, str) else item
    return Evidence(first, (), tuple(others))


class GoldSpan(_Row):
    """A gold answer and where it starts, in characters of the context (SQuAD calls it answer_start)."""

    text: Filled
    start: int = Field(ge=0, validation_alias=AliasChoices("start", "answer_start"))


class ContextRow(_Row):
    """One question over its own context; an empty list of answers says that the context does not tell."""

    id: Filled
    question: Filled
    context: Filled
    answers: list[GoldSpan] | None = None
    title: str = ""
    source: str | None = None

    def article(self) -> Article:
        digest = hashlib.sha256(f"{self.title}\n{self.context}".encode()).hexdigest()
        return Article(digest[:16], self.title.replace("_", " "), self.context, source=self.source)

    def problems(self) -> list[str]:
        return [
            f"answers: {gold.text!r} does not stand at character {gold.start} of the context"
            for gold in self.answers or ()
            if self.context[gold.start : gold.start + len(gold.text)] != gold.text
        ]

    def case(self, article_id: str) -> Case:
        gold = self.answers or []
        places = dict.fromkeys(Place(article_id, span.start, span.start + len(span.text)) for span in gold)
        return Case(
            id=self.id,
            question=self.question,
            answers=None if self.answers is None else tuple(dict.fromkeys(span.text for span in gold)),
            evidence=(Evidence(gold[0].text, tuple(places)),) if gold else (),
            articles=(article_id,),
            tags=(self.source,) if self.source else (),
        )


def read_draft(path: str | Path) -> Draft:
    """Read a suite's file; raises SuiteError only where the file as a whole cannot be read."""
    path = Path(path)
    text = _text(path)
    whole = _squad_data(text)
    if whole is not None:
        return _contexts(path, list(_squad_rows(whole)))
    rows = [(f"line {number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    parsed = [(row, _json(line)) for row, line in rows]
    if any(isinstance(value, dict) and "context" in value for _, value in parsed):
        return _contexts(path, parsed)
    return _cases(path, parsed)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{str(path)!r} is not UTF-8 at byte {error.start}; save it as UTF-8.") from error
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SuiteError(
            f"The suite {str(path)!r} cannot be read ({why}); give the path of a suite."
        ) from error


def _json(line: str) -> Any:
    """The line's value, or the ValueError that says what is wrong with it."""
    try:
        return json.loads(line)
    except ValueError as error:
        return error


def _squad_data(text: str) -> list[Any] | None:
    """The `data` of a SQuAD file, None where the text is not one."""
    if not text.lstrip().startswith("{"):
        return None
    whole = _json(text)
    data = whole.get("data") if isinstance(whole, dict) else None
    return data if isinstance(data, list) else None


def _squad_rows(data: list[Any]) -> Iterator[tuple[str, Any]]:
    """Each SQuAD question as a context row, named by its place in the file."""
    for a, article in enumerate(data):
        paragraphs = _part(article, "paragraphs")
        if paragraphs is None:
            yield f"data[{a}]", ValueError("paragraphs: a list is wanted")
            continue
        for p, paragraph in enumerate(paragraphs):
            row = f"data[{a}].paragraphs[{p}]"
            qas = _part(paragraph, "qas")
            if qas is None:
                yield row, ValueError("qas: a list is wanted")
                continue
            for q, question in enumerate(qas):
                name = f"{row}.qas[{q}]"
                if not isinstance(question, dict):
                    yield name, ValueError("an object is wanted")
                    continue
                kept = {key: question[key] for key in ("id", "question", "answers") if key in question}
                yield name, {**kept, "title": article.get("title", ""), "context": paragraph.get("context")}


def _part(value: Any, key: str) -> list[Any] | None:
    part = value.get(key) if isinstance(value, dict) else None
    return part if isinstance(part, list) else None


def _contexts(path: Path, rows: list[tuple[str, Any]]) -> Draft:
    """Each question is asked of its own context: what published reading figures measure."""
    problems: list[tuple[str, str]] = []
    cases: list[tuple[str, Case]] = []
    articles: dict[str, Article] = {}
    for row, value in rows:
        record = _validated(ContextRow, value, row, problems)
        if record is None:
            continue
        problems.extend((row, text) for text in record.problems())
        article = record.article()
        articles[article.article_id] = article
        cases.append((row, record.case(article.article_id)))
    contexts = tuple(articles.values())
    return Draft(_name(path), path, "given", tuple(cases), tuple(problems), contexts)


def _cases(path: Path, rows: list[tuple[str, Any]]) -> Draft:
    problems: list[tuple[str, str]] = []
    header = Header(suite=_name(path))
    if rows and isinstance(rows[0][1], dict) and "suite" in rows[0][1]:
        header = _validated(Header, rows[0][1], rows[0][0], problems) or header
        rows = rows[1:]
    records = [(row, _validated(CaseRow, value, row, problems)) for row, value in rows]
    cases = tuple((row, record.case()) for row, record in records if record is not None)
    locations = tuple(path.parent / name for name in header.articles)
    return Draft(header.suite, path, "open", cases, tuple(problems), locations=locations)


_R = TypeVar("_R", bound=_Row)


def _validated(form: type[_R], value: Any, row: str, problems: list[tuple[str, str]]) -> _R | None:
    if isinstance(value, ValueError):
        problems.append((row, f"not a JSON object ({value})"))
        return None
    if not isinstance(value, dict):
        problems.append((row, f"a JSON object is wanted, not {value!r:.60}"))
        return None
    try:
        return form.model_validate(value)
    except ValidationError as error:
        problems.extend((row, _sentence(item)) for item in error.errors())
        return None


def _sentence(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "row"
    if item["type"] == "extra_forbidden":
        return f"{where}: no such field; mend its name or take it out"
    if item["type"] == "string_pattern_mismatch":
        return f"{where}: must not be blank"
    message = str(item["msg"]).removeprefix("Value error, ")
    got = "" if item["type"] in {"missing", "value_error"} else f" (got {item['input']!r:.60})"
    return f"{where}: {message[0].lower()}{message[1:]}{got}"


def _name(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0] or path.name
