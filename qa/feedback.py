"""What people thought of answers: `feedback.jsonl` in the archive's folder, a JSON line for each thumb.

The chat keeps them (`keep`), and `byline eval harvest` turns them into draft cases of a suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import ArchiveError
from qa.answers import Answer

FILE = "feedback.jsonl"


class Quoted(BaseModel):
    """A quote that the answer stood on; `quote` is in the article word for word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article_id: str
    quote: str


class Feedback(BaseModel):
    """One thumb. `good` None takes an earlier one back; `answer` None: the articles did not say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    good: bool | None
    question: str
    answer: str | None
    history: tuple[tuple[str, str], ...] = ()
    quotes: tuple[Quoted, ...] = ()
    reason: str = ""

    @classmethod
    def on(
        cls, answer: Answer, good: bool | None, history: Sequence[tuple[str, str]] = (), reason: str = ""
    ) -> Self:
        """A thumb on an answer, given now; `history` is the conversation before it."""
        return cls(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            good=good,
            question=answer.question,
            answer=answer.text,
            history=tuple(history),
            quotes=tuple(Quoted(article_id=c.article_id, quote=c.quote) for c in answer.citations),
            reason=reason.strip(),
        )


def keep(archive: Path, feedback: Feedback) -> None:
    """Add a thumb to those of the archive in this folder. Raises ArchiveError where it cannot be written."""
    line = feedback.model_dump_json().encode() + b"\n"
    try:
        with (archive / FILE).open("ab") as file:
            file.write(line)
    except OSError as error:
        raise ArchiveError(
            f"The feedback cannot be kept in {str(archive / FILE)!r} ({error.strerror}); check that you may"
            " write to the archive."
        ) from error


def kept(archive: Path) -> list[Feedback]:
    """The thumbs of an archive, oldest first; of several on the same answer the last counts."""
    path = archive / FILE
    last: dict[tuple[object, ...], Feedback] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        for line in filter(str.strip, lines):
            thumb = Feedback.model_validate_json(line)
            last[thumb.question, thumb.answer, thumb.history] = thumb
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise ArchiveError(
            f"The feedback in {str(path)!r} cannot be read ({str(error).splitlines()[0]}); mend the file or"
            " move it away."
        ) from error
    return [thumb for thumb in last.values() if thumb.good is not None]
