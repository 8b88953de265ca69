"""Markdown: the words without the marks."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.errors import SourceError
from index.identity import Origin
from index.sources import read_source
from index.sources.markdown import parse_markdown

PAGE = """---
title: "Bridge opens"
author:
- Jane Doe
- John Roe
date: 2021-03-03
tags: [city]
---
# A first heading

The *council* **voted** on [Tuesday](https://example.org/x "why") to
build it.  <script>alert(1)</script>

![The new bridge at dawn](bridge.jpg)

## What it costs

- 40 million
- of which *half* is lent

| Year | Cost |
|------|------|
| 2021 | 10   |

> “We did not expect it.”
"""


def test_words_stay_and_marks_go(tmp_path: Path) -> None:
    path = tmp_path / "bridge.md"
    path.write_text(PAGE, encoding="utf-8")
    (article,) = read_source(path)
    assert isinstance(article, Article)
    assert (article.title, article.author, article.published) == (
        "Bridge opens",
        "Jane Doe, John Roe",
        "2021-03-03",
    )
    assert article.text == (
        "A first heading\n\nThe council voted on Tuesday to build it. <script>alert(1)</script>\n\n"
        "The new bridge at dawn\n\nWhat it costs\n\n40 million\nof which half is lent\n\n"
        "Year | Cost\n2021 | 10\n\n“We did not expect it.”"
    )


def test_without_front_matter_the_first_heading_is_the_title(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Bridge *opens*\n\nPeople came to see it.", encoding="utf-8")
    (article,) = read_source(path)
    assert isinstance(article, Article)
    assert article.title == "Bridge opens"


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        article = parse_markdown(text, Origin("x.md", "x", "x"))
    except SourceError:
        return
    article.text.encode()
    assert article.text
