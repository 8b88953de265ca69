"""Articles from files, folders and web pages, one file a format.

>>> [article.title for article in read_source(SAMPLE)]
['US strikes Kataib Hezbollah']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources.address import Web, read_address
from index.sources.files import check, walk
from index.sources.formats import read_file
from index.sources.remarks import Remark
from index.sources.sample import SAMPLE, sample_article

__all__ = ["SAMPLE", "Web", "check_locations", "read_source", "read_sources", "sample_article"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HELD_BACK = 1000
_WEB = Web()


def read_sources(
    locations: Iterable[str | Path], *, web: Web = _WEB, strict: bool = False
) -> Iterator[Article | Skipped]:
    """Read files, folders and http(s) addresses, in the order given, one article at a time.

    What cannot be used is Skipped, with its place and the reason, and the rest goes in; with `strict`, the
    first such thing raises SourceError. A path that does not exist raises it before anything is read; so
    does, at the end, a set of locations with no usable article.
    """
    places = list(locations)
    check_locations(places)
    if len(places) == 1:
        items = read_source(places[0], web=web)
    else:
        items = _insisting(", ".join(str(place) for place in places[:3]), _each(places, web))
    return _strictly(items) if strict else items


def check_locations(locations: Iterable[str | Path]) -> None:
    """Raise SourceError for a path that does not exist, and for an address that is not http(s)."""
    for location in locations:
        _check(location)


def read_source(location: str | Path, *, web: Web = _WEB) -> Iterator[Article | Skipped]:
    """Read one file, folder or http(s) address: a page, a feed or a sitemap.

    Raises SourceError where no article can be had from it.
    """
    _check(location)
    if _scheme(location):
        return read_address(str(location), web)
    path = Path(location)
    if path.is_dir():
        return _insisting(str(path), _folder(path))
    return _insisting(str(path), read_file(path))


def _strictly(items: Iterator[Article | Skipped]) -> Iterator[Article | Skipped]:
    """Pass the articles on, and remarks on them, up to the first thing that is skipped: it is an error."""
    for item in items:
        if isinstance(item, Skipped) and not isinstance(item, Remark):
            raise SourceError(f"{item.origin!r}: {item.reason}")
        yield item


def _each(places: list[str | Path], web: Web) -> Iterator[Article | Skipped]:
    for place in places:
        try:
            yield from read_source(place, web=web)
        except SourceError as error:
            yield Skipped.because(str(place), error)


def _folder(folder: Path) -> Iterator[Article | Skipped]:
    for path in walk(folder):
        if isinstance(path, Skipped):
            yield path
            continue
        try:
            yield from read_file(path)
        except SourceError as error:
            yield Skipped.because(str(path), error)


def _insisting(shown: str, items: Iterator[Article | Skipped]) -> Iterator[Article | Skipped]:
    """Pass the items on; raise SourceError if there is no article among them.

    What is skipped before the first article is held back, so that a file which is wholly of the wrong kind
    gives one sentence and not one for each line.
    """
    held: list[Skipped] = []
    first: Skipped | None = None
    count, found = 0, False
    for item in items:
        if isinstance(item, Skipped):
            first, count = first or item, count + 1
            if not found and count <= _HELD_BACK:
                held.append(item)
                continue
        else:
            found = True
        yield from held
        held = []
        yield item
    if found:
        return
    if first is None:
        raise SourceError(
            f"{shown!r} holds nothing to read; put articles there: .txt, .md, .html, .pdf, .docx, .csv …"
        )
    where = f"in {first.origin}" if count == 1 else f"the first of {count} faults in {first.origin}"
    raise SourceError(f"{shown!r} holds no article that can be read; {where}: {first.reason}")


def _check(location: str | Path) -> None:
    scheme = _scheme(location)
    if scheme is None:
        check(Path(location))
    elif scheme not in ("http", "https"):
        raise SourceError(
            f"{str(location)!r} is not an address Byline fetches; give an http(s) address or a path."
        )


def _scheme(location: str | Path) -> str | None:
    match = _SCHEME.match(location) if isinstance(location, str) else None
    return match[1].lower() if match else None
