"""What a reader sees is the text itself, to the character, whatever it holds."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.markup import Mark, escape, marked, paragraphs, visible

NASTY = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> &amp; &lt; \" ' "
    "${alert(1)} {{value}} ` \x00 \ud800"
)


class Page(HTMLParser):
    """What a browser would make of the markup: its text, its tags, and which text stands in marks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.in_marks: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open.append(dict(attrs).get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for name in " ".join(self.open).split():
            self.in_marks[name] = self.in_marks.get(name, "") + data


def read(markup: str) -> Page:
    page = Page()
    page.feed(markup)
    page.close()
    return page


texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*NASTY.split(" "), "\n", " ", "word"])).map("".join),
)
places = st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60), st.sampled_from(["quote", "answer"])))


@given(texts, places)
@example(NASTY, [(0, 9, "quote"), (4, 20, "answer")])
def test_the_visible_text_is_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    marks = [Mark(start, end, name) for start, end, name in spans]
    for markup in (marked(text, marks), paragraphs(text, marks)):
        page = read(markup)
        assert page.text == visible(text)
        assert page.tags <= {"mark", "p"}


@given(texts, st.data())
def test_marks_hold_exactly_their_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    inner_start = data.draw(st.integers(start, end))
    page = read(marked(text, [Mark(start, end, "quote"), Mark(inner_start, end, "answer")]))
    assert page.in_marks.get("quote", "") == visible(text[start:end])
    assert page.in_marks.get("answer", "") == visible(text[inner_start:end])


@given(st.text())
def test_an_attribute_holds_the_text(text: str) -> None:
    markup = f'<i title="{escape(text)}"></i>'
    page = Page()
    seen: dict[str, str | None] = {}
    page.handle_starttag = lambda _tag, attrs: seen.update(attrs)  # type: ignore[method-assign]
    page.handle_endtag = lambda _tag: None  # type: ignore[method-assign]
    page.feed(markup)
    assert seen == {"title": visible(text)}


@given(st.text())
def test_visible_keeps_every_place(text: str) -> None:
    assert len(visible(text)) == len(text)
    assert visible(visible(text)) == visible(text)
    visible(text).encode("utf-8")


def test_a_paragraph_for_each_line_and_marks_within_them() -> None:
    assert paragraphs("One.\n\nTwo three.", [Mark(6, 9, "answer")]) == (
        '<p dir="auto">One.</p>\n\n<p dir="auto"><mark class="answer">Two</mark> three.</p>'
    )


@pytest.mark.parametrize("mark", [Mark(3, 3, "quote"), Mark(5, 2, "quote"), Mark(90, 99, "quote")])
def test_a_mark_without_words_draws_nothing(mark: Mark) -> None:
    assert marked("some words", [mark]) == "some words"
