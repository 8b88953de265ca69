"""NewsML-G2 (IPTC, 2.x) into articles: one a newsItem, alone or many in a newsMessage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin, web_url
from index.sources.blocks import block_texts, name_of, parse_markup, words_of
from index.sources.cleaning import clean, one_line
from index.sources.dates import compact_date
from index.sources.masthead import Masthead
from index.sources.nitf import is_to_come, masthead_of, parse_nitf
from index.sources.text import build, tidy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CODE = re.compile(r"[^:/#]*$")  # of stat:canceled, or of an address that ends so
_WITHDRAWN = ("canceled", "cancelled", "withheld")


def parse_newsml(root: Element, origin: Origin) -> Iterator[Article | Skipped]:
    """Read every newsItem. One that its agency has withdrawn, or that holds no text, is Skipped.

    An item is known by its guid, wherever it is saved; a message's items are called `message.xml, item 2`.
    """
    items = [root] if name_of(root) == "newsitem" else [e for e in root.iter() if name_of(e) == "newsitem"]
    if not items:
        raise SourceError(
            f"{origin.shown!r} holds no newsItem; give the files of the items that it names, not the package."
        )
    for number, item in enumerate(items, 1):
        shown = f"{origin.shown}, item {number}" if len(items) > 1 else origin.shown
        here = replace(origin, shown=shown, key=item.get("guid") or f"{origin.key}#{number}")
        status = _value(_child(item, "itemMeta", "pubStatus"))
        code = _CODE.search(status)
        if code and code[0].lower() in _WITHDRAWN:
            yield Skipped(
                shown, f"was withdrawn by its agency ({status}); remove it if it was ingested before."
            )
            continue
        if reason := _embargo(_child(item, "itemMeta", "embargoed")):
            yield Skipped(shown, reason)
            continue
        try:
            yield _article(item, here)
        except SourceError as error:
            yield Skipped.because(shown, error)


def _embargo(stated: Element | None) -> str | None:
    """Why an item may not be used yet; None where it may. An embargo whose end is not told has not ended."""
    if stated is None:
        return None
    written = words_of(stated)
    until = compact_date(written)
    if until is None:
        told = f"{written[:40]!r} was not understood" if written else "its agency does not say until when"
        return f"is embargoed, and {told}; take <embargoed> out when it may be used."
    return f"may not be used before {until}, says its agency; ingest it then." if is_to_come(until) else None


def _article(item: Element, origin: Origin) -> Article:
    fields = _masthead(item)
    inner = next((e for e in item.iter() if name_of(e) == "nitf"), None)
    if inner is not None:
        article = parse_nitf(inner, origin)
        return build(article.text, fields.filled_from(masthead_of(inner)), origin)
    return build(_text(item), fields, origin)


def _text(item: Element) -> str:
    """Return the text of the first content that has one: elements, or HTML or plain text in a string."""
    for content in _children(item, "contentSet"):
        if name_of(content) == "inlinexml":
            lines = block_texts(content)
        elif name_of(content) == "inlinedata":
            said = "".join(content.itertext())
            is_page = "html" in content.get("contenttype", "") or said.lstrip()[:1] == "<"
            tree = parse_markup(said) if is_page else None
            lines = block_texts(tree) if tree is not None else [tidy(clean(said))]
        else:
            continue
        if text := clean("\n\n".join(lines)):
            return text
    return ""


def _masthead(item: Element) -> Masthead:
    first = compact_date(words_of(_child(item, "contentMeta", "contentCreated"))) or compact_date(
        words_of(_child(item, "itemMeta", "firstCreated"))
    )
    last = compact_date(words_of(_child(item, "contentMeta", "contentModified"))) or compact_date(
        words_of(_child(item, "itemMeta", "versionCreated"))
    )
    return Masthead(
        title=words_of(_child(item, "contentMeta", "headline"))
        or words_of(_child(item, "itemMeta", "title"))
        or None,
        author=_author(item),
        published=first or last,
        source=_named(_child(item, "contentMeta", "infoSource"))
        or _named(_child(item, "itemMeta", "provider")),
        url=_address(item),
        modified=last if first and last != first else None,
        section=words_of(_child(item, "itemMeta", "service", "name")) or _section(item),
    )


def _author(item: Element) -> str | None:
    by = words_of(_child(item, "contentMeta", "by")).removeprefix("By ").removeprefix("by ")
    names = [_named(e) for e in _children(item, "contentMeta") if name_of(e) == "creator"]
    return by or ", ".join(filter(None, names)) or None


def _section(item: Element) -> str | None:
    """Return the name of the first subject that is a department or a category, as agencies mark theirs."""
    for subject in _children(item, "contentMeta"):
        kind = (subject.get("type") or "").rpartition(":")[2].lower()
        if name_of(subject) == "subject" and kind in ("department", "category", "section", "desk"):
            return _named(subject)
    return None


def _address(item: Element) -> str | None:
    links = (e for e in _children(item, "itemMeta") if name_of(e) == "link")
    return next(
        (url for e in links if e.get("rel", "").endswith("anonical") and (url := web_url(e.get("href")))),
        None,
    )


def _named(element: Element | None) -> str | None:
    """Return the name of a party or a concept: its <name>, else its literal, else its code's last part."""
    if element is None:
        return None
    name = next((words for child in element if name_of(child) == "name" and (words := words_of(child))), "")
    return name or one_line(element.get("literal") or _value(element).rpartition(":")[2]) or None


def _value(element: Element | None) -> str:
    return (element.get("qcode") or element.get("uri") or "") if element is not None else ""


def _children(item: Element, name: str) -> list[Element]:
    found = _child(item, name)
    return list(found) if found is not None else []


def _child(item: Element, *names: str) -> Element | None:
    """Follow the names, each to the first child that is called so, whatever its namespace."""
    here: Element | None = item
    for name in names:
        here = (
            next((child for child in here if name_of(child) == name.lower()), None)
            if here is not None
            else None
        )
    return here
