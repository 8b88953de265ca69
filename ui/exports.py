"""A conversation as Markdown, with its sources; and the address where the page gets it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from index.errors import ArchiveError
from qa.answers import Answer, Checked, Citation
from qa.conversations import Conversation, Conversations, Turn
from ui.login import NOBODYS, owner_of
from ui.message import dated, holding, signed
from ui.refusals import refusal
from ui.words import ABSTENTION, confidence_in_words, day, elsewhere, narrowed, place, quote_marks

if TYPE_CHECKING:
    from fastapi import FastAPI

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_LIST = re.compile(r"(?m)^(\s*\d*)([-+=.)])")


@dataclass(slots=True)
class _Source:
    """An article that was cited, with its number in the document, and what was quoted from it."""

    number: int
    citation: Citation
    quotes: list[str] = field(default_factory=list)


def add_exports(app: FastAPI, archive: Path) -> None:
    """Serve `conversations/ID.md`: a conversation, to whoever it belongs to."""
    router = APIRouter(include_in_schema=False)
    kept = Conversations(archive)

    @router.get("/conversations/{conversation_id}.md")
    def export(conversation_id: str, request: Request) -> Response:
        owner = owner_of(request.scope)
        try:
            if owner is None:
                raise ArchiveError(NOBODYS)
            conversation = kept.one(conversation_id, owner)
        except ArchiveError as error:
            return refusal(request.url.path, str(error), 404)
        headers = {"content-disposition": f'attachment; filename="{_file_name(conversation.name)}"'}
        return Response(markdown(conversation), media_type="text/markdown; charset=utf-8", headers=headers)

    app.include_router(router)


def markdown(conversation: Conversation) -> str:
    """The conversation, its answers marked with the numbers of the sources that are listed at its end.

    Sources are numbered through in the order in which they are first cited, an article once.
    """
    sources: dict[str, _Source] = {}
    parts = [f"# {_text(conversation.name)}"]
    if conversation.touched:
        parts.append(f"Byline, {day(conversation.touched)}")
    parts += [part for turn in conversation.turns for part in _turn(turn, sources)]
    if sources:
        parts.append("## Sources")
        parts += [_listed(source) for source in sources.values()]
    return "\n\n".join(parts) + "\n"


def _turn(turn: Turn, sources: dict[str, _Source]) -> list[str]:
    parts = [f"## {_text(turn.question)}"]
    if turn.filters:
        parts.append(f"Only articles {_text(narrowed(turn.filters))}")
    if turn.answer is None:
        return [*parts, _text(turn.error or "No answer came.")]
    parts += _answer(turn.answer, sources)
    if turn.good is not None:
        reason = f": {_text(turn.reason)}" if turn.reason else ""
        parts.append(f"Called {'right' if turn.good else 'wrong'}{reason}")
    return parts


def _answer(answer: Answer, sources: dict[str, _Source]) -> list[str]:
    written = " ".join(_sentence(sentence, sources) for sentence in answer.sentences)
    parts = [written] if written else []
    quotes = [f"{_quoted(one.quote)} {_mark(one, sources)}" for one in answer.citations]
    if answer.writer and answer.text is not None:
        return [*parts, *quotes, _text(signed(answer))]
    parts += [_text(answer.note)] if answer.note else []
    if answer.text is None:
        return [*parts, ABSTENTION]
    own = holding(answer)
    marks = "".join(f" {_mark(citation, sources)}" for citation in own)
    sure = f"{confidence_in_words(answer.confidence)} ({answer.confidence:.0%})"
    return [*parts, f"**{_text(answer.text)}**{marks}", *quotes, ", ".join(filter(None, (sure, dated(own))))]


def _sentence(sentence: Checked, sources: dict[str, _Source]) -> str:
    """One sentence of an LLM's with its marks, or struck through, with the reason."""
    if sentence.reason is None:
        return " ".join((_text(sentence.text), *(_mark(one, sources) for one in sentence.citations)))
    return f"~~{_text(sentence.text)}~~ (struck: {_text(sentence.reason)})"


def _mark(citation: Citation, sources: dict[str, _Source]) -> str:
    """The number of what is cited, which is kept with its quote for the list."""
    source = sources.setdefault(citation.article_id, _Source(len(sources) + 1, citation))
    if citation.quote not in source.quotes:
        source.quotes.append(citation.quote)
    return f"[{source.number}]"


def _listed(source: _Source) -> str:
    citation = source.citation
    facts = (_text(citation.title or citation.article_id), _text(place(citation.source, citation.published)))
    url = f"<{citation.url}>" if citation.url and re.fullmatch(r"https?://[^\s<>]+", citation.url) else ""
    told = "; ".join(filter(None, (", ".join(filter(None, (*facts, url))), _text(elsewhere(citation)))))
    return "\n\n".join((f"[{source.number}] {told}", *map(_quoted, source.quotes)))


def _quoted(quote: str) -> str:
    """A quote as a block of its own, its lines kept."""
    before, after = quote_marks(quote)
    return "\n".join(f"> {line}" if line else ">" for line in _text(f"{before}{quote}{after}").split("\n"))


def _text(words: str) -> str:
    """Words as they are, whatever of them Markdown would take for its own."""
    return _LIST.sub(r"\1\\\2", _PUNCTUATION.sub(r"\\\1", words))


def _file_name(name: str) -> str:
    """A name for the file, of letters that every system takes."""
    words: Sequence[str] = re.findall(r"[A-Za-z0-9]+", name)
    return f"{'-'.join(words)[:60].strip('-') or 'conversation'}.md"
