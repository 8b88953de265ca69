"""From a span to what a person is shown: the sentence that holds it, at its exact place.

A quote is never built, only sliced: `quote == article.text[start:end]` holds because nothing else can
happen, and `check` says so before an answer leaves.
"""

from __future__ import annotations

from index.articles import Article
from index.errors import ArchiveError
from index.sentences import sentences
from index.shingles import covered, shingles, words
from qa.answers import Citation
from qa.reader import Span
from qa.spans import normal

TOLD = 0.5  # of the words of a quote, for a copy to say the same


def cite(span: Span, article: Article, number: int) -> Citation:
    """Cite the sentence, or the few, that the span stands in."""
    start, end = quote_bounds(article.text, span.start, span.end)
    citation = Citation(
        number=number,
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        published=article.published,
        url=article.url,
        quote=article.text[start:end],
        start=start,
        end=end,
        answer_start=span.start,
        answer_end=span.end,
        modified=article.modified,
    )
    check(citation, article)
    return citation


def tells(text: str, quote: str, answer: str) -> bool:
    """Whether an article with this text says what the quote says, lightly edited, the very answer in it."""
    return f" {normal(answer)} " in f" {normal(text)} " and bool(
        covered(shingles(words(quote)), shingles(words(text))).mean() >= TOLD
    )


def check(citation: Citation, article: Article) -> None:
    """Raise ArchiveError unless the quote is in the article, to the character, with the answer inside."""
    there = article.text[citation.start : citation.end] == citation.quote
    exact = there and len(citation.quote) == citation.end - citation.start > 0
    inside = citation.start <= citation.answer_start < citation.answer_end <= citation.end
    if not (exact and inside):
        raise ArchiveError(
            f"The quote for {article.article_id!r} at {citation.start}-{citation.end} is not in the article; "
            "run `byline check` to find what is wrong with the archive."
        )


def quote_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentences that text[start:end] touches, never beyond its own lines."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    touched = [(s, e) for s, e in sentences(text, line_start, line_end) if s < end and e > start]
    if not touched:
        return start, end
    return min(touched[0][0], start), max(touched[-1][1], end)
