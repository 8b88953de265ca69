"""The source: a whole article with its quote highlighted, and places that come back from the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.errors import QuestionError
from ui.source import EDITED, Place, draw_missing, draw_source

numbers = st.integers(0, 10**6)


@given(st.builds(Place, st.text(), numbers, numbers, numbers, numbers, st.none() | numbers))
def test_a_place_comes_back_from_the_page_as_it_went(place: Place) -> None:
    assert Place.from_json(place.to_json()) == place


@pytest.mark.parametrize(
    "change",
    [{"article_id": None}, {"article_id": 3}, {"start": "3"}, {"start": -1}, {"end": None}, {"number": True}],
)
def test_what_is_no_place_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(QuestionError, match="choose a mark"):
        Place.from_json({**Place("a1b2", 1, 9).to_json(), **change})


def test_the_quote_is_highlighted_and_the_answer_in_it(article: Article) -> None:
    markup = draw_source(article, Place("a1b2", 19, 84, 19, 28, 1))
    assert '<p dir="auto"><mark class="answer quote">The group</mark><mark class="quote"> [red]' in markup
    assert "Source [1]" in markup
    assert "Depot &lt;b&gt;burns&lt;/b&gt; [1]</h2>" in markup
    assert 'href="https://example.org/a?b=1&amp;c=2"' in markup


def test_no_quote_is_highlighted_where_it_no_longer_stands(article: Article) -> None:
    markup = draw_source(article, Place("a1b2", 19, 84, 19, 28, 1), stands=False)
    assert "<mark" not in markup
    assert EDITED in markup


def test_what_is_opened_is_named(article: Article) -> None:
    assert ">Nearest passage<" in draw_source(article, Place("a1b2", 0, 17))
    assert ">Article<" in draw_source(article, Place("a1b2"))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/a", "", None]
)
def test_only_web_addresses_become_links(article: Article, url: str | None) -> None:
    assert "href" not in draw_source(replace(article, url=url), Place("a1b2"))


def test_an_address_stays_in_its_attribute(article: Article) -> None:
    markup = draw_source(replace(article, url='HTTP://[broken" onclick="alert(1)'), Place("a1b2"))
    assert 'href="HTTP://[broken&quot; onclick=&quot;alert(1)" target' in markup


def test_a_source_written_from_right_to_left_leaves_the_date_as_it_is(article: Article) -> None:
    drawn = draw_source(replace(article, source="الجزيرة"), Place(article.article_id))
    assert "<bdi>الجزيرة</bdi>, <bdi>13 March 2020</bdi> · <bdi>A. Writer</bdi>" in drawn
    assert '<p class="facts">' in drawn


def test_a_missing_article_is_a_sentence() -> None:
    assert draw_missing("No <article>.") == '<p class="error" role="alert">No &lt;article&gt;.</p>'
