"""The source beside the conversation: one whole article, the cited sentence highlighted in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from index.articles import Article
from index.errors import QuestionError
from qa.answers import Citation
from ui.markup import Mark, escape, paragraphs
from ui.words import day, on_the_web

EMPTY = '<p class="nothing">The article behind an answer opens here, at the sentence that is quoted.</p>'
EDITED = "The article was edited since; what was quoted from here no longer stands in it."
UNQUOTED = '<p class="nothing">Nothing is quoted. Choose one of the nearest passages to read it here.</p>'


@dataclass(frozen=True, slots=True)
class Place:
    """Where to open an article: the quote `[start, end)`, and the answer inside it. No quote: at its head."""

    article_id: str
    start: int = 0
    end: int = 0
    answer_start: int = 0
    answer_end: int = 0
    number: int | None = None

    def to_json(self) -> dict[str, Any]:
        """What a button on the page carries, and sends back when it is chosen."""
        return asdict(self)

    @classmethod
    def of(cls, citation: Citation) -> Place:
        """Where a citation stands."""
        return cls(
            citation.article_id,
            citation.start,
            citation.end,
            citation.answer_start,
            citation.answer_end,
            citation.number,
        )

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Place:
        """A place as the page sent it, which may be anything; raises `QuestionError` where it is none."""
        article_id = given.get("article_id")
        numbers = {name: given.get(name) for name in ("start", "end", "answer_start", "answer_end", "number")}
        if numbers["number"] is None:
            del numbers["number"]
        offsets = {name: n for name, n in numbers.items() if type(n) is int and n >= 0}
        if not isinstance(article_id, str) or len(offsets) < len(numbers):
            raise QuestionError(
                f"{dict(given)!r} is no place in an article; choose a mark on the page again."
            )
        return cls(article_id, **offsets)


def draw_source(article: Article, where: Place, *, stands: bool = True) -> str:
    """`article` from its title to its end, with marks at `where`; none where the quote no longer `stands`."""
    marks = [Mark(where.start, where.end, "quote"), Mark(where.answer_start, where.answer_end, "answer")]
    edited = "" if stands else f'<p class="edited" role="status">{EDITED}</p>'
    author = f"<bdi>{escape(article.author)}</bdi>" if article.author else ""
    told = [fact for fact in (draw_place(article.source, article.published), author) if fact]
    facts = " · ".join([*told, *_links(article.url)])
    return (
        f'<article class="source" data-shown="{escape(_key(where))}"><header>'
        f'<p class="kicker">{_kicker(where)}</p>'
        '<button type="button" class="close" aria-label="Close the article">×</button>'
        f'<h2 tabindex="-1" dir="auto">{escape(article.title or article.article_id)}</h2>'
        f'<p class="facts">{facts}</p>{edited}</header>'
        '<div class="text" tabindex="0" role="region" aria-label="Text of the article">'
        f"{paragraphs(article.text, marks if stands else ())}</div></article>"
    )


def draw_place(source: str | None, published: str | None) -> str:
    """Source and day, each in its own direction of writing; "" where neither is known."""
    return ", ".join(f"<bdi>{escape(fact)}</bdi>" for fact in (source, day(published)) if fact)


def draw_missing(reason: str) -> str:
    """The panel when an article cannot be opened: one sentence."""
    return f'<p class="error" role="alert">{escape(reason)}</p>'


def _kicker(where: Place) -> str:
    if where.number:
        return f"Source [{where.number}]"
    return "Nearest passage" if where.start < where.end else "Article"


def _key(where: Place) -> str:
    return f"{where.article_id}:{where.start}-{where.end}"


def _links(url: str | None) -> list[str]:
    if not on_the_web(url):
        return []
    return [f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Original page</a>']
