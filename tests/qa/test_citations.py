"""The invariant: a quote is the article's own text at its own place, and holds the answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.errors import ArchiveError
from qa.citations import check, cite, quote_bounds
from qa.reader import Span


def span_of(text: str, start: int, end: int) -> Span:
    return Span(text[start:end], "p", "a", start, end, 1.0)


@given(st.text(min_size=1, max_size=300), st.data())
def test_quotes_are_exact_over_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    citation = cite(span_of(text, start, end), Article("a", "Title", text), number=1)
    assert citation.quote == text[citation.start : citation.end]
    assert citation.quote[citation.answer_start - citation.start :].startswith(text[start:end])


def test_the_quote_is_the_sentence() -> None:
    text = "One came first.\n\nThe group denied it on Friday. Nobody else did."
    start, end = quote_bounds(text, text.index("denied"), text.index("denied") + 6)
    assert text[start:end] == "The group denied it on Friday."


def test_a_quote_that_is_not_there_is_never_shown() -> None:
    article = Article("a", "Title", "The group denied it.")
    citation = cite(span_of(article.text, 4, 9), article, number=1)
    for wrong in (
        replace(citation, quote="The group admitted it."),
        replace(citation, end=citation.end + 1),
        replace(citation, answer_end=citation.end + 1),
    ):
        with pytest.raises(ArchiveError, match="byline check"):
            check(wrong, article)
