"""Stories: the articles that tell one, which of them are versions of each other, and which of those is newer.

Pairs of twins are what the catalog keeps (see `index.twins`); a story is all that are linked by them. So a
story is right after any removal or edit, and the same whatever the order in which its articles came.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.identity import url_identity
from index.versions import EDGE, MARKED, PAGE, later

KEPT = 0.5  # of an older version in a newer one of the same page: with less, the page was cut, not updated
KEPT_ELSEWHERE = 0.85  # the same where the two are different pages of one source
MOST_LOST = 120  # words of the older one, there
_Edge = tuple[int, int, float]  # the numbers of two twins, and how much of the first stands in the second


@dataclass(frozen=True, slots=True)
class Telling:
    """An article that tells the same story as another one. `modified` as in `Article`."""

    article_id: str
    title: str
    source: str | None
    published: str | None
    modified: str | None
    url: str | None

    @property
    def told(self) -> str | None:
        """When this was told as it stands: the later of its two dates, ISO 8601."""
        return max(filter(None, (self.published, self.modified)), default=None)


@dataclass(frozen=True, slots=True)
class Kin:
    """What an article has besides itself: copies of it, versions before it and after it, oldest first."""

    also_in: tuple[Telling, ...] = ()
    earlier: tuple[Telling, ...] = ()
    later: tuple[Telling, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One story. `name` is the id of its article that was stored first.

    `successors` are, for each article, the versions that supersede it; `allowed` are the articles that the
    filters let through as they stand: one that was modified after the last day is not among them. Only where
    one of those supersedes it, an article is not answered from, but for what was cut from it.
    """

    name: str
    tellings: tuple[Telling, ...]
    successors: Mapping[str, frozenset[str]]
    allowed: frozenset[str]

    def newer(self, article_id: str) -> frozenset[str]:
        """The newer versions of this article that may be answered from."""
        return self.allowed & self.successors.get(article_id, frozenset())

    def superseded(self, article_id: str) -> bool:
        """Whether a newer version of this article may be answered from."""
        return bool(self.newer(article_id))

    def too_new(self, article_id: str) -> bool:
        """Whether this is a version modified after the last day asked about, and an earlier one is not."""
        older = {name for name, newer in self.successors.items() if article_id in newer}
        return article_id not in self.allowed and not self.allowed.isdisjoint(older)

    def supersedes(self, article_id: str) -> bool:
        """Whether this article is a newer version of another."""
        return any(article_id in newer for newer in self.successors.values())

    def kin(self, article_id: str) -> Kin:
        """The others as this article sees them, without copies that are filtered out or superseded."""
        newer = self.successors.get(article_id, frozenset())
        older = {name for name, later in self.successors.items() if article_id in later}
        return Kin(
            also_in=tuple(
                telling
                for telling in self.tellings
                if telling.article_id in self.allowed
                and telling.article_id not in {article_id, *newer, *older}
                and not self.superseded(telling.article_id)
            ),
            earlier=tuple(telling for telling in self.tellings if telling.article_id in older),
            later=tuple(telling for telling in self.tellings if telling.article_id in newer),
        )


def read_stories(
    db: sqlite3.Connection, article_ids: Iterable[str], condition: str, values: Sequence[str]
) -> dict[str, Story]:
    """The stories of those articles that have twins, by article id; `condition` is the filters', in SQL."""
    edges = db.execute(
        "WITH RECURSIVE told (number) AS (SELECT number FROM articles WHERE article_id IN "
        "(SELECT value FROM json_each(?)) UNION SELECT other FROM told JOIN twins ON article = told.number) "
        "SELECT article, other, share FROM told JOIN twins ON article = told.number",
        (json.dumps(list(article_ids)),),
    ).fetchall()
    if not edges:
        return {}
    rows = db.execute(
        "SELECT number, article_id, title, source, published, modified, url, source_key, words, "
        f"substr(text, 1, {EDGE}) || ' ' || substr(text, -{EDGE}), {PAGE}, {condition} FROM articles "
        "WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
        (*values, json.dumps(sorted({edge[0] for edge in edges}))),
    )
    members = {
        number: _Member(Telling(*telling), source, words, edges, page, bool(allowed))
        for number, *telling, source, words, edges, page, allowed in rows
    }
    return {
        members[number].telling.article_id: story
        for numbers in _linked(edges)
        for story in [_story([members[number] for number in numbers], members, edges)]
        for number in numbers
    }


@dataclass(frozen=True, slots=True)
class _Member:
    telling: Telling
    source_key: str | None
    words: int
    edges: str
    page: str  # its id, or where this is an earlier version, that of the present one
    allowed: bool

    def after(self, other: _Member) -> bool:
        """Whether this is the later of the two; where the days do not tell, a correction is."""
        if self.page == other.page and self.earlier != other.earlier:
            return other.earlier
        mine, theirs = self.telling.told, other.telling.told
        if not mine or not theirs or later(theirs, mine):
            return False
        return later(mine, theirs) or (self.marked and not other.marked)

    def replaces(self, older: _Member, kept: float) -> bool:
        """Whether this is a version of the older one, of which it has kept that much."""
        if self.page == older.page:
            return True
        page = url_identity(older.telling.url)
        if page and page == url_identity(self.telling.url):
            return kept >= KEPT
        same_source = older.source_key is not None and older.source_key == self.source_key
        return same_source and kept >= KEPT_ELSEWHERE and (1 - kept) * older.words <= MOST_LOST

    @property
    def earlier(self) -> bool:
        return self.page != self.telling.article_id

    @property
    def marked(self) -> bool:
        return bool(MARKED.search(self.telling.title) or MARKED.search(self.edges))


def _story(own: Sequence[_Member], members: Mapping[int, _Member], edges: Sequence[_Edge]) -> Story:
    names = {member.telling.article_id for member in own}
    successors: dict[str, set[str]] = {}
    for number, other, kept in edges:
        older, newer = members[number], members[other]
        if older.telling.article_id in names and newer.after(older) and newer.replaces(older, kept):
            successors.setdefault(older.telling.article_id, set()).add(newer.telling.article_id)
    return Story(
        name=own[0].telling.article_id,
        tellings=tuple(sorted((m.telling for m in own), key=lambda t: (t.told or "", t.article_id))),
        successors={name: frozenset(newer) for name, newer in successors.items()},
        allowed=frozenset(member.telling.article_id for member in own if member.allowed),
    )


def _linked(edges: Sequence[_Edge]) -> list[list[int]]:
    """The numbers that are linked with each other, each list in order."""
    near: dict[int, list[int]] = {}
    for number, other, _ in edges:
        near.setdefault(number, []).append(other)
    seen: set[int] = set()
    stories = []
    for number in near:
        waiting, found = [number], set[int]()
        while waiting:
            if (at := waiting.pop()) not in seen:
                seen.add(at)
                found.add(at)
                waiting += near[at]
        if found:
            stories.append(sorted(found))
    return stories
