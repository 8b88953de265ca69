"""Markdown into an Article: the words without the marks; paragraphs, headings, list items, rows a line each.

HTML inside Markdown is kept as the characters it is written with; it is never interpreted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.articles import Article
from index.identity import Origin
from index.sources.cleaning import clean, one_line
from index.sources.masthead import Masthead, stated
from index.sources.text import build, drop_cut_off

if TYPE_CHECKING:
    from markdown_it.token import Token


def parse_markdown(raw: str, origin: Origin, guesses: Iterable[str] = ()) -> Article:
    """Read one article from Markdown (CommonMark with tables); front matter gives its fields if there is any.

    A first heading is the title. Arguments and errors as in `parse_text`.
    """
    fields, body = stated(_lines(raw))
    tokens = _parse(body)
    fields = fields.filled_from(Masthead(title=_first_heading(tokens)))
    return build(drop_cut_off(clean(_render(tokens))), fields, origin, guesses)


def _lines(raw: str) -> str:
    """Make the newlines plain but leave spaces, which mean something to Markdown, as they are."""
    return raw.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\ufeff\n")


def _parse(body: str) -> list[Token]:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").parse(body)


def _first_heading(tokens: list[Token]) -> str | None:
    if len(tokens) > 1 and tokens[0].type == "heading_open":
        return one_line(_words(tokens[1])) or None
    return None


def _render(tokens: list[Token]) -> str:
    """Write the tokens as text. Between two list items stands one newline, between other blocks two."""
    parts: list[str] = []
    cells: list[str] | None = None
    depth = 0
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            parts.append("" if depth else "\n")
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            parts.append(" | ".join(cells) + "\n")
            cells = None
        elif token.type == "table_close":
            parts.append("\n")
        elif token.type == "inline" and cells is not None:
            cells.append(one_line(_words(token)))
        elif token.type == "inline":
            parts.append(_words(token) + ("\n" if depth else "\n\n"))
        elif token.type in ("fence", "code_block"):
            parts.append(token.content.strip("\n") + "\n\n")
    return "".join(parts)


def _words(token: Token) -> str:
    """Return what an inline token says; a picture says what its description says."""
    words = []
    for child in token.children or ():
        if child.type == "softbreak":
            words.append(" ")
        elif child.type == "hardbreak":
            words.append("\n")
        elif child.type == "image":
            words.append(_words(child))
        else:
            words.append(child.content)
    return "".join(words)
