"""An Answer as one chat message: the answer, each quote with its mark, and the list of sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.answers import Answer, Checked, Citation
from ui.words import ABSTENTION, elsewhere, place, quote_marks

_MARKS = re.compile(r"(?:\s*\[\d+\])+$")
_INNER_MARKS = re.compile(r"(?<=[.!?…\"”’)])(?: \[\d+\])+(?= )")
_STRUCK = re.compile(r"~~[^~]*~~ \(struck: .*?\.\)(?: |$)")


@dataclass(frozen=True, slots=True)
class Message:
    """The text of a message, and where in it each citation's quote stands.

    Always: `content[start:end] == citation.quote` for each citation and its `(start, end)` in `places`,
    counted in Python characters.
    """

    content: str
    places: tuple[tuple[int, int], ...] = ()


def message_of(answer: Answer, begun: str = "") -> Message:
    """What a chat shows of an answer, as plain text.

    `begun` is what it shows already, of an LLM that wrote; where the answer is another, it comes below that.
    """
    content = " ".join(line_of(sentence) for sentence in answer.sentences)
    if begun and begun != content:
        content = begun
    if not answer.writer:
        content += "\n\n" if content else ""
        content += ABSTENTION if answer.text is None else " ".join(answer.text.split())
        content += "".join(f" [{citation.number}]" for citation in answer.citations)
    elif not content:
        content = ABSTENTION
    places = []
    for citation in answer.citations:
        before, after = quote_marks(citation.quote)
        content += f"\n\n{before}"
        places.append((len(content), len(content) + len(citation.quote)))
        content += f"{citation.quote}{after} [{citation.number}]"
    if answer.citations:
        content += "\n\n" + "\n".join(_source(citation) for citation in answer.citations)
    if answer.note:
        content += f"\n\n{answer.note}"
    return Message(content, tuple(places))


def line_of(sentence: Checked) -> str:
    """One sentence of an LLM's with its marks, or struck through as Markdown has it, with the reason."""
    if sentence.reason is None:
        return sentence.text + "".join(f" [{citation.number}]" for citation in sentence.citations)
    return f"~~{sentence.text}~~ (struck: {sentence.reason})"


def answer_in(content: str) -> str:
    """The short answer in a message that was made here, for a follow-up; "" for an abstention."""
    first = content.strip().partition("\n")[0]
    standing = _INNER_MARKS.sub("", _STRUCK.sub("", first))
    return "" if first == ABSTENTION else _MARKS.sub("", standing).strip()


def _source(citation: Citation) -> str:
    facts = (
        citation.title,
        place(citation.source, citation.published),
        citation.url,
        elsewhere(citation),
    )
    return f"[{citation.number}] " + ", ".join(" ".join(fact.split()) for fact in facts if fact)
