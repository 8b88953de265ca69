"""Article records, whatever file they come in: a title, a text, and what else is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from index.articles import Article, Skipped
from index.identity import short_hash, url_identity, web_url
from index.sources.cleaning import clean, one_line
from index.sources.dates import compact_date
from index.sources.epochs import moment_since_1970
from index.sources.masthead import FIELD_OF, Masthead, guessed, title_from_name
from index.sources.remarks import Remark
from index.sources.text import tidy

TITLE_WORDS = 8  # of a text that has no title
# What columns and keys are called, in whatever case, with spaces or underscores.
_NAMES = FIELD_OF | {
    "id": "id",
    **dict.fromkeys(("text", "body", "content", "article", "article text", "full text"), "text"),
}


def field_called(key: str) -> str | None:
    """Return the field that a key or a column tells, by whatever name: "text" of `Body` and `full_text`."""
    return _NAMES.get(key.lower().replace("_", " "))


def _words(value: Any) -> str | None:
    """Take a string, or a list of them (several authors); anything else in an optional field is left out."""
    if isinstance(value, list):
        value = ", ".join(part for part in value if isinstance(part, str))
    return one_line(value) or None if isinstance(value, str) else None


_Optional = Annotated[str | None, BeforeValidator(_words)]


def _moment(value: Any) -> str | None:
    """Take a date in whatever type it comes; what is none is kept as it reads, to be named."""
    if type(value) in (int, float, str) and (moment := moment_since_1970(value)):
        return moment
    return (_words(value) or str(value)) if value else None


_Date = Annotated[str | None, BeforeValidator(_moment)]
_Identity = Annotated[
    Annotated[str, Field(max_length=200)] | None,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
]


class Record(BaseModel):
    """One record as it comes. Other keys are ignored: real files are full of them."""

    id: _Identity = None
    title: str | None
    text: str
    published: _Date = None
    author: _Optional = None
    source: _Optional = None
    url: _Optional = None
    modified: _Date = None
    section: _Optional = None


class Identities:
    """Ids for the records of one file, in whatever order they come.

    A record without an id is known by its URL; without that, by title, date and source. If that is shared by
    records with different texts ("Corrections"), the second has an id of its own, so that none is lost.
    """

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}

    def of(self, record: Record, published: str | None, text: str) -> str:
        if record.id and record.id.strip():
            return one_line(record.id)
        if identity := url_identity(web_url(record.url)):
            return short_hash(identity)
        known = short_hash(record.title or "", published or "", record.source or "")
        texts = self._texts.setdefault(known, [])
        digest = short_hash(text)
        if digest not in texts:
            texts.append(digest)
        number = texts.index(digest)
        return short_hash(known, str(number)) if number else known


def read_record(value: Any, identities: Identities, origin: str) -> Iterator[Article | Skipped]:
    """Read the article that a record tells. A broken one is Skipped; a date not understood is remarked."""
    try:
        record = Record.model_validate(_named(value))
        yield _article(record, identities)
    except (ValueError, RecursionError) as error:
        yield Skipped(origin, reason_of(error))
        return
    for date in (record.published, record.modified):
        if date and not compact_date(date):
            shown = repr(one_line(date)[:40])
            yield Remark(origin, f"its date {shown} was not understood and is left out; write 2020-03-13.")


def _article(record: Record, identities: Identities) -> Article:
    """The article that a record tells, and its text's first lines where the record does not."""
    text = tidy(clean(record.text))
    if not any(character.isalnum() for character in text):
        raise ValueError(
            'its text is empty; give the article\'s words under "text", or leave the record out.'
        )
    said = Masthead(
        title=one_line(record.title or "") or None,
        author=record.author,
        published=compact_date(record.published),
        source=record.source,
        url=web_url(record.url),
        modified=compact_date(record.modified),
        section=record.section,
    )
    known = said.filled_from(guessed(text))
    title = known.title or _first_words(text)
    return Article(
        article_id=identities.of(record, said.published, text),
        text=text,
        inferred=tuple(sorted({"title", *known.known()} - {*said.known()})),
        **asdict(known) | {"title": title},
    )


def _named(value: Any) -> Any:
    """The record with its keys as they are called here. One that is called just so comes before its kin."""
    if not isinstance(value, dict):
        return value
    kin: dict[str, Any] = {}
    for key, told in value.items():
        if name := field_called(str(key)):
            kin[name] = kin.get(name) or told  # of several, the first that says something
    return kin | {key: told for key, told in value.items() if told is not None}


def _first_words(text: str) -> str:
    words = text.split()
    return title_from_name(" ".join(words[:TITLE_WORDS]), text) + ("…" if len(words) > TITLE_WORDS else "")


def reason_of(error: ValueError | RecursionError) -> str:
    """Why a record cannot be used, and what to do, in one sentence."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        if not key:
            return 'this is no JSON object; write one {"title": …, "text": …} for each article.'
        return f"{key!r} is wrong ({first['msg'].lower()}); mend the record or leave it out."
    if isinstance(error, json.JSONDecodeError):
        where = f"{error.msg.lower()} at character {error.pos + 1}"
        return f"this is not JSON ({where}); mend it or leave it out."
    if isinstance(error, UnicodeDecodeError):
        return f"the line is not UTF-8 (byte {error.start + 1}); save the file as UTF-8."
    if isinstance(error, RecursionError):
        return 'the JSON is nested too deep; write one {"title": …, "text": …} for each article.'
    return str(error)
