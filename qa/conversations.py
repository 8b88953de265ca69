"""Conversations, kept in the archive as they go: to be found again, gone on with, renamed and deleted.

`conversations.sqlite3` in the archive's folder, a row for each, whose turns are JSON. Safe to use from many
threads and processes: every call opens the file for itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from index.articles import Filters
from index.errors import ArchiveError, ArchiveVersionError
from qa.answers import Answer, Checked
from qa.encoding import printable

FILE = "conversations.sqlite3"
VERSION = 1
LONGEST_NAME = 120  # characters
LISTED = 200

_TABLE = """
CREATE TABLE IF NOT EXISTS conversations (
    conversation_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    touched TEXT NOT NULL,
    version INTEGER NOT NULL,
    words TEXT NOT NULL,
    turns TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_touched ON conversations (owner, touched);
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it: an answer, an error's sentence, or neither yet.

    `sentences` are what an LLM had written before it was stopped, or has so far. `filters` are those it was
    asked under. `good` is the thumb that the answer was given, up or down, and
    `reason` what was said with it.
    """

    question: str
    answer: Answer | None = None
    error: str | None = None
    good: bool | None = None
    reason: str = ""
    filters: Filters = Filters()
    sentences: tuple[Checked, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether it is still being read for."""
        return self.answer is None and self.error is None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns, oldest first. `conversation_id` is "" until it is kept; `version` counts how often it was."""

    turns: tuple[Turn, ...] = ()
    conversation_id: str = ""
    name: str = ""
    version: int = 0
    touched: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list: `touched` is when it was last gone on with, ISO 8601 in UTC."""

    conversation_id: str
    name: str
    touched: str


_TURNS: TypeAdapter[tuple[Turn, ...]] = TypeAdapter(tuple[Turn, ...])


class Conversations:
    """Those of the archive in this folder. Each belongs to an `owner`, and nobody else finds it."""

    def __init__(self, archive: Path) -> None:
        self.path = archive / FILE

    def keep(self, conversation: Conversation, owner: str = "") -> Conversation:
        """Keep it as it is now, and give it as it is kept: with an id and a name, the first question.

        Where it was kept otherwise meanwhile (it is open twice) or deleted, it becomes one of its own.
        """
        turns = conversation.turns
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        name = conversation.name or _name(turns[0].question if turns else "")
        kept = replace(conversation, name=name, version=conversation.version + 1, touched=now)
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            row = db.execute(
                "SELECT name, version FROM conversations WHERE conversation_id = ? AND owner = ?",
                (kept.conversation_id, owner),
            ).fetchone()
            if row is None or row[1] != conversation.version:
                kept = replace(kept, conversation_id=uuid4().hex)
            else:
                kept = replace(kept, name=row[0])
            db.execute(
                "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?)",
                (kept.conversation_id, owner, kept.name, now, kept.version, _words(turns), _json(turns)),
            )
            db.execute("COMMIT")
        return kept

    def one(self, conversation_id: str, owner: str = "") -> Conversation:
        """The conversation with this id. Raises ArchiveError where its owner has none."""
        with self._open(reading=True) as db:
            row = db.execute(
                "SELECT turns, conversation_id, name, version, touched FROM conversations "
                "WHERE conversation_id = ? AND owner = ?",
                (conversation_id, owner),
            ).fetchone()
        if row is None:
            raise self._missing(conversation_id)
        try:
            return Conversation(_TURNS.validate_json(row[0]), *row[1:])
        except ValidationError as error:
            raise ArchiveError(
                f"The conversation {row[2]!r} in {str(self.path)!r} cannot be read "
                f"({error.errors()[0]['msg']}); delete it, or take the file from a backup."
            ) from error

    def listed(self, owner: str = "", words: str = "", limit: int = LISTED) -> list[Listed]:
        """The newest first; with `words`, those in whose name, questions or answers all of them stand."""
        wanted = words.casefold().split()
        found = " AND (instr(casefold(name), ?) OR instr(words, ?))" * len(wanted)
        with self._open(reading=True) as db:
            rows = db.execute(
                "SELECT conversation_id, name, touched FROM conversations WHERE owner = ?"
                f"{found} ORDER BY touched DESC, conversation_id LIMIT ?",
                (owner, *(printable(word) for word in wanted for _ in range(2)), limit),
            ).fetchall()
        return [Listed(*row) for row in rows]

    def rename(self, conversation_id: str, name: str, owner: str = "") -> str:
        """Call it `name`, cut to what a name may have; gives that. ArchiveError where there is none.

        One of spaces alone changes nothing.
        """
        if not name.strip():
            return self.one(conversation_id, owner).name
        name = _name(name)
        with self._open() as db:
            done = db.execute(
                "UPDATE conversations SET name = ? WHERE conversation_id = ? AND owner = ?",
                (name, conversation_id, owner),
            )
            if not done.rowcount:
                raise self._missing(conversation_id)
        return name

    def delete(self, conversation_id: str, owner: str = "") -> None:
        """Take it away for good. Where it is gone already, that is well."""
        with self._open() as db:
            db.execute(
                "DELETE FROM conversations WHERE conversation_id = ? AND owner = ?", (conversation_id, owner)
            )

    @contextmanager
    def _open(self, *, reading: bool = False) -> Iterator[sqlite3.Connection]:
        """The file, made where it is not there; to be only read, what is not there is an empty one."""
        where = ":memory:" if reading and not self.path.exists() else self.path
        try:
            with closing(sqlite3.connect(where, timeout=10.0, isolation_level=None)) as db:
                self._prepare(db)
                yield db
        except sqlite3.Error as error:
            raise ArchiveError(
                f"The conversations in {str(self.path)!r} cannot be read or written ({error}); check that "
                "you may write to the archive, and that there is room."
            ) from error

    def _prepare(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise ArchiveVersionError(
                f"The conversations in {str(self.path)!r} are of a newer Byline (version {version}, this one "
                f"reads {VERSION}); update Byline."
            )
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_TABLE} PRAGMA user_version = {VERSION}; COMMIT")
        db.execute("PRAGMA secure_delete = ON")  # what was deleted is not to be found in the file
        db.create_function("casefold", 1, str.casefold, deterministic=True)

    def _missing(self, conversation_id: str) -> ArchiveError:
        return ArchiveError(
            f"There is no conversation {conversation_id!r} any longer; choose another one, or ask anew."
        )


def _name(given: str) -> str:
    name = " ".join(printable(given).split())
    return (name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…") or "Untitled"


def _words(turns: Sequence[Turn]) -> str:
    """What it is searched in."""
    said = (part for turn in turns for part in (turn.question, turn.answer.text if turn.answer else None))
    return printable("\n".join(filter(None, said)).casefold())


def _json(turns: Sequence[Turn]) -> str:
    """The turns without what nobody will see again: the passages of an answer that quotes."""
    lean = tuple(
        replace(turn, answer=replace(turn.answer, passages=()))
        if turn.answer and turn.answer.text is not None
        else turn
        for turn in turns
    )
    return _TURNS.dump_json(lean).decode()
