"""Good manners towards a site: its robots.txt is heeded, and its pages are asked for one after another."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from index.errors import SourceError, UnreachableError
from index.sources.web import Page

AGENT = "Byline"
_LONGEST_PAUSE = 10.0


class Manners:
    """Who is asked, and when: `pause` seconds between two requests to one host, more where it says so."""

    def __init__(self, fetch: Callable[[str], Page], pause: float) -> None:
        self._fetch = fetch
        self._pause = pause
        self._rules: dict[str, Protego | UnreachableError] = {}
        self._asked: dict[str, float] = {}

    def may_fetch(self, url: str) -> bool:
        """Whether robots.txt (RFC 9309) lets Byline fetch this page. A site without one lets everybody.

        Raises SourceError while the site cannot give it: until then it lets nobody (section 2.3.1.4).
        """
        try:
            rules = self._rules_of(url)
            if isinstance(rules, UnreachableError):
                raise SourceError(
                    f"{url!r} is not fetched, as no page may be while the site's robots.txt cannot be read "
                    f"({rules.why}); try again later."
                ) from rules
            return rules.can_fetch(url, AGENT)
        except ValueError:  # an address that cannot be taken apart: fetching it says what is wrong with it
            return True

    def wait(self, url: str) -> None:
        """Wait until this page's host may be asked again."""
        host = urlsplit(url).netloc
        rules = self._rules_of(url)
        asked_for = float(rules.crawl_delay(AGENT) or 0) if isinstance(rules, Protego) else 0.0
        pause = min(max(self._pause, asked_for), max(self._pause, _LONGEST_PAUSE))
        left = self._asked.get(host, 0.0) + pause - time.monotonic()
        if host in self._asked and left > 0:
            time.sleep(left)
        self._asked[host] = time.monotonic()

    def _rules_of(self, url: str) -> Protego | UnreachableError:
        parts = urlsplit(url)
        if parts.netloc not in self._rules:
            self._rules[parts.netloc] = self._read(f"{parts.scheme}://{parts.netloc}/robots.txt")
        return self._rules[parts.netloc]

    def _read(self, place: str) -> Protego | UnreachableError:
        try:
            return Protego.parse(self._fetch(place).data.decode("utf-8", "replace"))
        except UnreachableError as error:
            return error
        except (SourceError, ValueError):  # not there, or too damaged to tell what it asks for
            return Protego.parse("")
