"""The list of kept conversations as HTML: each can be opened, renamed, exported and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from qa.conversations import LISTED, LONGEST_NAME, Listed
from ui.markup import escape
from ui.words import day

NONE_YET = "What you ask is kept here."
NONE_FOUND = "No conversation has these words."


def draw_history(listed: Sequence[Listed], current: str, looking: str = "") -> str:
    """`listed`, newest first, under the day each was last gone on with; `current` is the one on the page."""
    if not listed:
        return f'<p class="nothing">{NONE_FOUND if looking else NONE_YET}</p>'
    parts: list[str] = []
    last = ""
    for one in listed:
        if (when := _day(one.touched)) != last:
            parts.append(f"{'</ul>' if parts else ''}<h3>{escape(when)}</h3><ul>")
            last = when
        parts.append(_item(one, current=one.conversation_id == current))
    parts.append("</ul>")
    if len(listed) == LISTED:
        parts.append(f'<p class="nothing">The newest {LISTED}; search for older ones.</p>')
    return "".join(parts)


def _item(one: Listed, *, current: bool) -> str:
    name, where = escape(one.name), escape(one.conversation_id)
    here = ' aria-current="true"' if current else ""
    return (
        f'<li data-id="{where}"><button type="button" class="name" dir="auto" data-open{here}>'
        f"<span>{name}</span></button>"
        f'<details class="more"><summary aria-label="More for {name}"><span aria-hidden="true">⋯'
        '</span></summary><div class="acts">'
        '<button type="button" data-act="rename">Rename</button>'
        f'<a href="conversations/{where}.md" download>Export</a>'
        '<button type="button" data-act="delete">Delete</button></div></details>'
        f'<form class="renaming" hidden><label>Name <input name="name" value="{name}" '
        f'maxlength="{LONGEST_NAME}" autocomplete="off" required></label>'
        '<button type="submit">Rename</button>'
        '<button type="button" data-act="keep">Cancel</button></form>'
        '<div class="deleting" role="group" aria-label="Delete this conversation?" hidden>'
        "<p>Delete this conversation?</p>"
        '<button type="button" data-act="delete-now">Delete</button>'
        '<button type="button" data-act="keep">Keep</button></div></li>'
    )


def _day(touched: str) -> str:
    """The day, where the server stands: "Today", "13 March 2020"."""
    try:
        when = datetime.fromisoformat(touched).astimezone()
    except ValueError:
        return touched
    return "Today" if when.date() == datetime.now().astimezone().date() else day(when.date().isoformat())
