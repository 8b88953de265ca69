"""An Answer as one chat message: the answer, each quote with its mark, and the list of sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.answers import Answer, Citation
from ui.words import ABSTENTION, elsewhere, place, quote_marks

_MARKS = re.compile(r"(?:\s*\[\d+\])+$")


@dataclass(frozen=True, slots=True)
class Message:
    """The text of a message, and where in it each citation's quote stands.

    Always: `content[start:end] == citation.quote` for each citation and its `(start, end)` in `places`,
    counted in Python characters.
    """

    content: str
    places: tuple[tuple[int, int], ...] = ()


def message_of(answer: Answer) -> Message:
    """What a chat shows of an answer, as plain text."""
    if answer.text is None:
        return Message(ABSTENTION)
    marks = "".join(f" [{citation.number}]" for citation in answer.citations)
    content = " ".join(answer.text.split()) + marks
    places = []
    for citation in answer.citations:
        before, after = quote_marks(citation.quote)
        content += f"\n\n{before}"
        places.append((len(content), len(content) + len(citation.quote)))
        content += f"{citation.quote}{after} [{citation.number}]"
    if answer.citations:
        content += "\n\n" + "\n".join(_source(citation) for citation in answer.citations)
    return Message(content, tuple(places))


def answer_in(content: str) -> str:
    """The short answer in a message that was made here, for a follow-up; "" for an abstention."""
    first = content.strip().partition("\n")[0]
    return "" if first == ABSTENTION else _MARKS.sub("", first)


def _source(citation: Citation) -> str:
    facts = (
        citation.title,
        place(citation.source, citation.published),
        citation.url,
        elsewhere(citation),
    )
    return f"[{citation.number}] " + ", ".join(" ".join(fact.split()) for fact in facts if fact)
