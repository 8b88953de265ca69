"""Where articles came from, so that what is fetched or kept in step is not read again without need."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetched:
    """An address that was fetched. `article_id` None: a feed or a sitemap.

    `listing` is the feed or sitemap that named it, `updated` what this gave then that a change would
    have changed (see `Entry.state`). `etag` and `last_modified` are what the server said of the
    page.
    """

    url: str
    article_id: str | None = None
    listing: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    updated: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What to ask with, so that the server answers only if it has something else."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Watched:
    """A file of a folder kept in step, as it was when it was read, and the articles that it gave."""

    path: str
    stamp: str
    article_ids: tuple[str, ...] = ()


def name_of(path: str) -> str | bytes:
    """A path as a database takes it: one that is no UTF-8 as its bytes. `os.fsdecode` takes both back."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path
