"""The conversation as HTML: the welcome, and for each question its answer, its quote and where it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence

from index.articles import Article, Filters, ScoredPassage
from qa.answers import Answer, Checked, Citation
from qa.conversations import Turn
from ui.markup import Mark, escape, marked
from ui.message import dated, holding, marks, signed
from ui.source import Place, draw_place
from ui.words import (
    ABSTENTION,
    NEAREST,
    STRUCK,
    confidence_in_words,
    elsewhere,
    excerpt,
    narrowed,
    overtaken,
    place,
    quote_marks,
    updated,
)

NEAREST_SHOWN = 3
RECENT_SHOWN = 3
EXCERPT = 220
LONGEST_REASON = 500  # characters
RIGHT, WRONG = "Right", "Wrong"
WHY = "What would have been right?"

_EDITING = (
    '<p class="actions" role="status">What you send now takes the place of this question.'
    '<button type="button" data-event="edit" data-cancel>Leave it as it is</button></p>'
)
_WAITING = (
    '<p class="reading" role="status">{}<span aria-hidden="true">…</span></p>'
    '<p class="actions"><button type="button" data-event="halt">Stop</button></p>'
)


def draw_turns(turns: Sequence[Turn], conversation_id: str = "", *, editing: bool = False) -> str:
    """The whole conversation, oldest first; `editing`: the last question is being put otherwise."""
    last = len(turns) - 1
    reading = any(turn.waiting for turn in turns)
    items = []
    for number, turn in enumerate(turns):
        if editing and number == last:
            items.append(f'<li class="turn editing">{_turn(turn)}{_EDITING}</li>')
        else:
            acts = _actions(turn, number, last=number == last, reading=reading)
            items.append(f'<li class="turn">{_turn(turn)}{acts}</li>')
    return (
        f'<div role="log" aria-live="polite" aria-label="Conversation"><ol class="turns" '
        f'data-conversation="{escape(conversation_id)}">{"".join(items)}</ol></div>'
    )


def draw_suggestions(questions: Sequence[str], article_id: str) -> str:
    """Questions that the cited article answers, too, to be asked of it; "" where there are none."""
    if not questions:
        return ""
    offered = _offered(questions, f' data-article="{escape(article_id)}"')
    return f'<div class="next"><h2>More from this article</h2>{offered}</div>'


def draw_welcome(recent: Sequence[Article], questions: Sequence[str]) -> str:
    """The page before the first question: what is in the archive, and something to begin with."""
    if not recent:
        return (
            '<div class="welcome"><h2>The archive is empty.</h2>'
            "<p>Add articles, here or with <code>byline ingest PATH</code>, then ask about them.</p></div>"
        )
    parts = [
        "<h2>Ask about the news in this archive.</h2>",
        "<p>Answers come in the articles’ own words, with the quote and where it stands. "
        "Where the articles do not say, Byline says so.</p>",
    ]
    if questions:
        parts.append(f"<h3>Try</h3>{_offered(questions)}")
    if recent:
        lines = (
            f"<li>{_title(Place(a.article_id), a.title)}{_facts(a.source, a.published)}</li>" for a in recent
        )
        parts.append(f'<h3>Newest</h3><ul class="recent">{"".join(lines)}</ul>')
    return f'<div class="welcome">{"".join(parts)}</div>'


def _offered(questions: Sequence[str], of: str = "") -> str:
    buttons = (
        f'<li><button type="button" dir="auto" data-question="{escape(q)}"{of}>{escape(q)}</button></li>'
        for q in questions
    )
    return f'<ul class="examples">{"".join(buttons)}</ul>'


def plain(answer: Answer, filters: Filters = Filters()) -> str:
    """An answer with its sources as text, to be pasted elsewhere: quotes are exact, marks are numbered."""
    standing = [sentence for sentence in answer.sentences if answer.writer and sentence.stands]
    written = " ".join(f"{sentence.text}{marks(sentence.citations)}" for sentence in standing)
    lines = [written or f"{answer.text or ABSTENTION}{marks(holding(answer))}"]
    if filters:
        titles = {c.title for c in answer.citations if c.article_id in filters.article_ids}
        lines.append(f"(asked only of articles {narrowed(filters, sorted(titles))})")
    for citation in answer.citations:
        facts = (citation.title, place(citation.source, citation.published), citation.url)
        where = ", ".join(fact for fact in facts if fact)
        quote = citation.quote.join(quote_marks(citation.quote))
        told = "; ".join(filter(None, (where, elsewhere(citation))))
        lines.append(f"[{citation.number}] {quote} ({told})")
    return "\n".join(lines)


def _turn(turn: Turn) -> str:
    question = f'<h2 class="question" dir="auto">{escape(turn.question)}</h2>'
    if turn.filters:
        question += f'<p class="only" dir="auto">Only articles {escape(narrowed(turn.filters))}</p>'
    written = "".join(_sentence(sentence) for sentence in turn.sentences)
    if turn.error is not None:
        return f'{question}{written}<p class="error" role="alert">{escape(turn.error)}</p>'
    if turn.answer is None:
        return question + written + _WAITING.format("Writing" if written else "Reading the articles")
    return question + _understood(turn.answer) + _answer(turn.answer)


def _actions(turn: Turn, number: int, *, last: bool, reading: bool) -> str:
    """What can be done with a turn: say whether it is right, copy it; ask the last question again or anew.

    While another one is `reading`, no thumb is taken: the drawing that its answer brings would undo it.
    """
    judged = turn.answer is not None and not reading
    buttons = [_thumb(turn, number, good=good) for good in (True, False)] if judged else []
    if turn.answer and turn.answer.text is not None:
        whole = plain(turn.answer, turn.filters)
        buttons += [
            f'<button type="button" data-copy="{escape(turn.answer.text)}">Copy</button>',
            f'<button type="button" data-copy="{escape(whole)}">Copy with citations</button>',
        ]
    if last and not turn.waiting:
        buttons += [
            '<button type="button" data-event="retry">Ask again</button>',
            '<button type="button" data-event="edit">Edit question</button>',
        ]
    row = f'<p class="actions">{"".join(buttons)}</p>' if buttons else ""
    return row + (_reason(turn, number) if judged and turn.good is False else "")


def _thumb(turn: Turn, number: int, *, good: bool) -> str:
    given = turn.good is good
    return (
        f'<button type="button" class="thumb" data-thumb="{number}" data-good="{json.dumps(good)}" '
        f'aria-pressed="{json.dumps(given)}">{RIGHT if good else WRONG}</button>'
    )


def _reason(turn: Turn, number: int) -> str:
    return (
        f'<form class="reason" data-thumb="{number}"><label for="reason-{number}">{WHY}</label>'
        f'<input id="reason-{number}" name="reason" autocomplete="off" maxlength="{LONGEST_REASON}" '
        f'value="{escape(turn.reason)}">'
        f'<button type="submit">{"Kept" if turn.reason else "Keep"}</button></form>'
    )


def _understood(answer: Answer) -> str:
    if answer.understood is None:
        return ""
    return f'<p class="understood" dir="auto">Understood as: {escape(answer.understood)}</p>'


def _answer(answer: Answer) -> str:
    written = "".join(_sentence(sentence) for sentence in answer.sentences)
    note = f'<p class="note">{escape(answer.note)}</p>' if answer.note else ""
    if answer.writer and answer.text is not None:
        quotes = "".join(_quote(citation) for citation in answer.citations)
        return f'{written}{note}<p class="sure">{escape(signed(answer))}</p>{quotes}'
    return written + note + _read(answer)


def _sentence(sentence: Checked) -> str:
    """One sentence of an LLM's: with the numbers of its quotes, or struck through with the reason."""
    if sentence.reason is None:
        marks = "".join(_mark(citation) for citation in sentence.citations)
        return f'<p class="written" dir="auto">{escape(sentence.text)}{marks}</p>'
    return (
        f'<p class="struck" dir="auto">{STRUCK} <s>{escape(sentence.text)}</s> '
        f'<span class="why">{escape(sentence.reason)}</span></p>'
    )


def _read(answer: Answer) -> str:
    if answer.text is None:
        return f'<p class="short abstained">{ABSTENTION}</p>{_nearest(answer.passages)}'
    numbers = "".join(_mark(citation) for citation in holding(answer))
    words = confidence_in_words(answer.confidence)
    number = f"Confidence: {answer.confidence:.0%}"
    old = dated(answer.citations)
    when = f'<span class="dated">, {old}</span>' if old else ""
    return (
        f'<p class="short" dir="auto">{escape(answer.text)}{numbers}</p>'
        f'<p class="sure"><span class="words" tabindex="0" title="{number}">{words}</span>{when}'
        f'<span class="number">{answer.confidence:.0%}</span></p>'
        + "".join(_quote(citation) for citation in answer.citations)
    )


def _quote(citation: Citation) -> str:
    answer = Mark(citation.answer_start - citation.start, citation.answer_end - citation.start, "answer")
    quote = marked(citation.quote, [answer]).join(quote_marks(citation.quote))
    return (
        f'<figure class="cited"><blockquote dir="auto">{quote}</blockquote>'
        f"<figcaption>{_mark(citation)}{_title(Place.of(citation), citation.title)}"
        f"{_facts(citation.source, citation.published)}</figcaption>{_kin(citation)}</figure>"
    )


def _kin(citation: Citation) -> str:
    """Where else the same is told, and the other versions of the article; each can be opened."""
    lines = [("also in", citation.also_in)] if citation.also_in else []
    lines += [(updated(citation.told, citation.earlier), citation.earlier)] if citation.earlier else []
    lines += [(overtaken(citation.later), citation.later)] if citation.later else []
    return "".join(
        f'<p class="kin"><span class="said">{escape(said[0].upper() + said[1:])}: </span>'
        + "; ".join(
            _title(Place(t.article_id), t.title) + _facts(t.source, t.told or t.published) for t in tellings
        )
        + "</p>"
        for said, tellings in lines
    )


def _nearest(passages: Sequence[ScoredPassage]) -> str:
    if not passages:
        return ""
    items = []
    for scored in passages[:NEAREST_SHOWN]:
        passage = scored.passage
        text = escape(excerpt(passage.text, EXCERPT))
        title = _title(Place(passage.article_id, passage.start, passage.end), scored.title)
        facts = _facts(scored.source, scored.published)
        items.append(f'<li><p class="excerpt" dir="auto">{text}</p><p>{title}{facts}</p></li>')
    return f'<div class="nearest"><h3>{NEAREST}</h3><ul>{"".join(items)}</ul></div>'


def _mark(citation: Citation) -> str:
    label = escape(f"Source {citation.number}: {citation.title}. Open the article at the quote.")
    return (
        f'<button type="button" class="cite" data-place="{_json(Place.of(citation))}" aria-label="{label}">'
        f"[{citation.number}]</button>"
    )


def _title(where: Place, title: str) -> str:
    name = escape(title or where.article_id)
    return f'<button type="button" class="title" dir="auto" data-place="{_json(where)}">{name}</button>'


def _facts(source: str | None, published: str | None) -> str:
    facts = draw_place(source, published)
    return f'<span class="facts">{facts}</span>' if facts else ""


def _json(where: Place) -> str:
    return escape(json.dumps(where.to_json()))
