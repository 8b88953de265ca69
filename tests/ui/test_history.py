"""The list of kept conversations as HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from qa.conversations import LISTED, Listed
from ui.history import NONE_FOUND, NONE_YET, draw_history

NOW = datetime.now(UTC)


def listed(number: int, name: str = "Who?", days: int = 0) -> Listed:
    return Listed(f"id{number}", name, (NOW - timedelta(days=days)).isoformat())


def test_an_empty_list_says_why() -> None:
    assert NONE_YET in draw_history([], "")
    assert NONE_FOUND in draw_history([], "", "soup")


def test_conversations_stand_under_their_day_and_the_one_at_hand_is_marked() -> None:
    markup = draw_history([listed(1), listed(2), listed(3, days=400)], "id2")
    assert len(re.findall("<h3>", markup)) == 2
    assert markup.startswith("<h3>Today</h3><ul>")
    assert markup.count("<ul>") == markup.count("</ul>") == 2
    assert markup.count('aria-current="true"') == 1
    assert markup.index('data-id="id2"') < markup.index("aria-current") < markup.index('data-id="id3"')
    assert 'href="conversations/id3.md"' in markup


def test_a_name_is_text() -> None:
    markup = draw_history([listed(1, '"><script>')], "")
    assert "<script>" not in markup
    assert 'value="&quot;&gt;&lt;script&gt;"' in markup
    assert "for older ones" not in markup
    assert "for older ones" in draw_history([listed(n) for n in range(LISTED)], "")
