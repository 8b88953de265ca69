"""The filters on the page: which articles may answer. What is in force stands there in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from index.articles import Filters
from index.errors import QuestionError
from qa.encoding import printable
from ui.markup import escape
from ui.words import narrowed

ALL = "All articles"
MOST_SOURCES = 200  # offered; of more, those with the most articles


def draw_narrowing(filters: Filters, sources: Mapping[str, int]) -> str:
    """The filters in force, and the form that changes them; `sources` with their number of articles."""
    said = narrowed(filters)
    chosen = {source.casefold() for source in filters.sources}
    clear = (
        '<button type="button" class="clear" data-clear aria-label="Clear filters">Clear</button>'
        if filters
        else ""
    )
    names = [*sources][:MOST_SOURCES]
    names += [source for source in filters.sources if source.casefold() not in {n.casefold() for n in names}]
    boxes = "".join(
        f'<label><input type="checkbox" name="sources" value="{escape(name)}"'
        f'{" checked" if name.casefold() in chosen else ""}> <span dir="auto">{escape(name)}</span> '
        f'<span class="facts">{sources.get(name, 0):,}</span></label>'
        for name in names
    )
    fieldset = f"<fieldset><legend>Sources</legend><div>{boxes}</div></fieldset>" if names else ""
    state = "on" if filters else "off"
    return (
        f'<div class="narrowing" data-filters="{state}"><details><summary>'
        f'<span class="label">{"Only" if filters else "Asked of"}</span> '
        f'<span class="said" dir="auto">{escape(said or ALL.lower())}</span></summary>'
        '<form aria-label="Which articles may answer">'
        f'<label>From <input type="date" name="after" value="{escape(filters.after or "")}"></label>'
        f'<label>Until <input type="date" name="before" value="{escape(filters.before or "")}"></label>'
        f'{fieldset}<button type="submit">Apply</button></form></details>{clear}</div>'
    )


def narrowed_by(given: Mapping[str, Any]) -> Filters:
    """The filters that the form sent, which may be anything; raises QuestionError for what is none."""
    after, before = _day(given.get("after")), _day(given.get("before"))
    if after and before and after > before:
        raise QuestionError(f"No day is from {after!r} and until {before!r}; choose the days again.")
    sources = given.get("sources") or []
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise QuestionError(f"{sources!r} are no sources; choose them on the page again.")
    return Filters(after, before, tuple(printable(source) for source in sources))


def _day(given: object) -> str | None:
    if not given:
        return None
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise QuestionError(f"{given!r} is not a day; write it as 2020-03-13.") from None
