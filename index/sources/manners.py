"""Good manners towards a site: its robots.txt is heeded, and its pages are asked for one after another."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from index.errors import SourceError
from index.sources.web import Page

AGENT = "Byline"
_LONGEST_PAUSE = 10.0


class Manners:
    """Who is asked, and when: `pause` seconds between two requests to one host, more where it says so."""

    def __init__(self, fetch: Callable[[str], Page], pause: float) -> None:
        self._fetch = fetch
        self._pause = pause
        self._rules: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}

    def may_fetch(self, url: str) -> bool:
        """Whether robots.txt lets Byline fetch this page. A site without one lets everybody."""
        return self._rules_of(url).can_fetch(AGENT, url)

    def wait(self, url: str) -> None:
        """Wait until this page's host may be asked again."""
        host = urlsplit(url).netloc
        asked_for = float(self._rules_of(url).crawl_delay(AGENT) or 0)
        pause = min(max(self._pause, asked_for), max(self._pause, _LONGEST_PAUSE))
        left = self._asked.get(host, 0.0) + pause - time.monotonic()
        if host in self._asked and left > 0:
            time.sleep(left)
        self._asked[host] = time.monotonic()

    def _rules_of(self, url: str) -> RobotFileParser:
        parts = urlsplit(url)
        if parts.netloc not in self._rules:
            rules = self._rules[parts.netloc] = RobotFileParser()
            rules.parse([])
            rules.modified()  # else it takes itself for unread, and forbids everything
            try:
                page = self._fetch(f"{parts.scheme}://{parts.netloc}/robots.txt")
            except SourceError:
                return rules
            rules.parse(page.data.decode("utf-8", "replace").splitlines())
        return self._rules[parts.netloc]
