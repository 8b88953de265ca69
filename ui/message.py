"""An Answer as one chat message: the answer, each quote with its mark, and the list of sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from qa.answers import Answer, Checked, Citation
from ui.words import ABSTENTION, as_of, elsewhere, place, quote_marks, written_by

_MARKS = re.compile(r"(?:\s*\[\d+\])+$")
_INNER_MARKS = re.compile(r"(?<=[.!?…\"”’)])(?: \[\d+\])+(?= )")
_STRUCK = re.compile(r"~~.*?~~ \(struck: .*?\.\)(?: |$)")
_MARKDOWN = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<~&])")


@dataclass(frozen=True, slots=True)
class Message:
    """The text of a message, and where in it each citation's quote stands.

    Always: `content[start:end] == citation.quote` for each citation and its `(start, end)` in `places`,
    counted in Python characters.
    """

    content: str
    places: tuple[tuple[int, int], ...] = ()


def message_of(answer: Answer, begun: str = "", today: date | None = None) -> Message:
    """What a chat shows of an answer that is given on the day `today`, as plain text.

    `begun` is what it shows already, of an LLM that wrote; where the answer is another, it comes below that.
    """
    content = " ".join(line_of(sentence) for sentence in answer.sentences)
    if begun and begun != content:
        content = begun
    if not answer.writer:
        content += "\n\n" if content else ""
        content += ABSTENTION if answer.text is None else " ".join(answer.text.split())
        content += marks(holding(answer))
    elif not content:
        content = ABSTENTION
    if old := dated(answer.citations, today):
        content += f"\n\n{old[0].upper()}{old[1:]}."
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
    """One sentence of an LLM's with its marks, or struck through as Markdown has it, with the reason.

    What the LLM wrote is itself no Markdown: a client that renders it fetches no picture.
    """
    text = _literal(sentence.text)
    if sentence.reason is None:
        return text + marks(sentence.citations)
    reason = _literal(sentence.reason).replace(".)", ".\\)")
    return f"~~{text}~~ (struck: {reason})"


def _literal(text: str) -> str:
    """The text as it stands, where Markdown is rendered."""
    return _MARKDOWN.sub(r"\\\g<0>", text)


def marks(citations: Iterable[Citation]) -> str:
    """The numbers of the quotes, as they stand behind what they hold up."""
    return "".join(f" [{citation.number}]" for citation in citations)


def holding(answer: Answer) -> tuple[Citation, ...]:
    """The citations that hold up an answer: the reader's alone, where an LLM failed that had cited others.

    An LLM's sentence stands on the whole of its quote.
    """
    if answer.writer:
        return answer.citations
    cited = {citation.number for sentence in answer.sentences for citation in sentence.citations}
    own = (one for one in answer.citations if one.number not in cited or one.answer != one.quote)
    return tuple(own) or answer.citations


def dated(citations: Sequence[Citation], today: date | None = None) -> str:
    """ "as of 13 March 2020" where the newest of the articles is over a month old as it stands; else ""."""
    return as_of(max(filter(None, (citation.told for citation in citations)), default=None), today)


def signed(answer: Answer, today: date | None = None) -> str:
    """Who wrote an answer, and of when it is: "Written by NAME; 2 of 3 sentences hold, as of 1 May 2020." """
    return ", ".join(filter(None, (written_by(answer)[:-1], dated(answer.citations, today)))) + "."


def answer_in(content: str) -> str:
    """The short answer in a message that was made here, for a follow-up; "" for an abstention."""
    first = content.strip().partition("\n")[0]
    standing = _MARKS.sub("", _INNER_MARKS.sub("", _STRUCK.sub("", first)))
    return "" if first == ABSTENTION else _ESCAPED.sub(r"\1", standing).strip()


def _source(citation: Citation) -> str:
    facts = (
        citation.title,
        place(citation.source, citation.published),
        citation.url,
        elsewhere(citation),
    )
    return f"[{citation.number}] " + ", ".join(" ".join(fact.split()) for fact in facts if fact)
