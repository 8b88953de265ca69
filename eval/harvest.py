"""From use to suite: the thumbs that people gave in the chat, as draft cases to complete.

A thumbs-up makes a whole case: the answer and its quotes are gold. A thumbs-down makes a question without
gold, which is never scored until somebody writes its answers; what was said, and why it was wrong, is noted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import SuiteError
from qa.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a harvest added to a file, and how many of the thumbs were there before."""

    path: Path
    added: int
    to_complete: int
    held: int


def harvest(thumbs: Iterable[Feedback], path: Path) -> Harvest:
    """Append a draft case for every thumb that the file does not hold yet; what is written there stays.

    Raises SuiteError where the file cannot be read as a suite or written.
    """
    known = _ids(path)
    drafts = {case["id"]: case for case in map(draft_case, thumbs)}
    fresh = [case for name, case in drafts.items() if name not in known]
    lines = [json.dumps(case, ensure_ascii=False) + "\n" for case in fresh]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(["\n", *lines] if lines and _breaks_off(path) else lines)
    except OSError as error:
        raise SuiteError(
            f"{str(path)!r} cannot be written ({error.strerror}); give another --out."
        ) from error
    to_complete = sum(case["answers"] is None for case in fresh)
    return Harvest(path, len(fresh), to_complete, len(drafts) - len(fresh))


def _breaks_off(path: Path) -> bool:
    """Whether the file ends in the middle of a line, as some editors leave it."""
    return path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0


def draft_case(thumb: Feedback) -> dict[str, Any]:
    """The row of a suite: whole after a thumbs-up, with `answers` null after a thumbs-down."""
    said = thumb.answer or "(the articles do not say)"
    case: dict[str, Any] = {"id": _id(thumb), "question": thumb.question, "answers": None}
    if thumb.good:
        case["answers"] = [] if thumb.answer is None else [thumb.answer]
        case["evidence"] = list(dict.fromkeys(quoted.quote for quoted in thumb.quotes))
        case["articles"] = list(dict.fromkeys(quoted.article_id for quoted in thumb.quotes))
    case["date"] = thumb.at[:10]
    if thumb.history:
        case["history"] = [list(turn) for turn in thumb.history]
    case["tags"] = ["harvested", "thumbs-up" if thumb.good else "thumbs-down"]
    case["note"] = f"{thumb.at}: answered {said!r}" + (f"; reason: {thumb.reason}" if thumb.reason else "")
    return case


def _id(thumb: Feedback) -> str:
    said = json.dumps([thumb.question, thumb.answer, thumb.history, thumb.good])
    return f"use-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _ids(path: Path) -> set[str]:
    if not path.exists():
        return set()
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise SuiteError(f"{str(path)!r} is no suite ({error}); mend it, or give another --out.") from error
    return {str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row}
