"""One web page, fetched with care: public addresses only, at every redirect; little, and not for long.

An address may come from somebody else (a list of links, a chat). Without these checks it could make Byline
read what only this machine or its network may see: a router's page, a cloud's credentials, another
program's port.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from index.articles import Article, Skipped
from index.errors import SourceError, UnreachableError
from index.identity import Origin, url_identity, web_url
from index.sources.connection import RefusedError, connect, hung_up_at, refuse, seconds_left
from index.sources.formats import LARGEST, parse, sniff
from index.sources.sandbox import parse_document

SECONDS = 20.0
_REDIRECTS = 5
_CHUNK = 1 << 16
_PLAIN = ("text/plain", "text/markdown")
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Byline/0.1)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.1",
    "Accept-Encoding": "gzip, identity",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered, after any redirects."""

    url: str
    data: bytes
    content_type: str
    charset: str | None
    etag: str | None = None
    last_modified: str | None = None


def fetch_article(url: str, *, allow_hosts: Collection[str] = (), seconds: float = SECONDS) -> Article:
    """Fetch one page and read its article. Arguments as in `fetch`; SourceError also without an article."""
    return article_in(fetch(url, allow_hosts=allow_hosts, seconds=seconds), url)


def article_in(page: Page, url: str) -> Article:
    """Read the article of a page that was asked for at `url`. SourceError where it does not hold one."""
    kind = _kind(page)
    if kind is None:
        raise SourceError(
            f"{url!r} is {page.content_type or 'no page'}, not a page; download it and give the file."
        )
    if len(page.data) > LARGEST["html"]:
        raise SourceError(
            f"{url!r} is larger than the {LARGEST['html'] // 1_000_000} MB that a page may have; download "
            "it, and give the part that is the article."
        )
    name = urlsplit(page.url).path.rstrip("/").rpartition("/")[2].split(".")[0]
    origin = Origin(shown=url, key=url_identity(page.url) or page.url, name=name, url=page.url)
    if kind == "wire":
        return _only(parse_document(kind, page.data, origin), url)
    return parse(page.data, kind, origin, page.charset)


def _kind(page: Page) -> str | None:
    """Return the format of a page: HTML, plain text or wire copy; None where it is another.

    What is served as XML and is no page is wire copy, or refused by its reader.
    """
    if "html" in page.content_type:
        return "html"
    kind = sniff(page.data)
    if kind == "text" and page.content_type.endswith(("/xml", "+xml")):
        return "wire"
    known = kind in ("html", "wire") or (kind == "text" and page.content_type in _PLAIN)
    return kind if known else None


def _only(items: list[Article | Skipped], url: str) -> Article:
    """Return the one article of wire copy. Raises SourceError where it is not one."""
    if len(items) != 1:
        raise SourceError(
            f"{url!r} holds {len(items)} items, not one article; download it and give the file."
        )
    (item,) = items
    if isinstance(item, Skipped):
        raise SourceError(f"{url!r} {item.reason}")
    return item


def fetch(
    url: str,
    *,
    allow_hosts: Collection[str] = (),
    seconds: float = SECONDS,
    largest: int = LARGEST["html"],
) -> Page:
    """Fetch one page by GET, within `seconds` in all and `largest` bytes.

    `allow_hosts` names hosts that may be private or this machine itself, at any port; all others must be
    public. Raises SourceError for any other scheme, for an address that is not public, and for a page that
    does not come.
    """
    page = fetch_changed(url, {}, allow_hosts=allow_hosts, seconds=seconds, largest=largest)
    if page is None:
        raise SourceError(f"{url!r} answered 304 to who has no copy; tell whoever runs the site.")
    return page


def fetch_changed(
    url: str,
    known: Mapping[str, str],
    *,
    allow_hosts: Collection[str] = (),
    seconds: float = SECONDS,
    largest: int = LARGEST["html"],
) -> Page | None:
    """Fetch one page as `fetch` does; None where it is as it was when it gave what is `known` of it.

    `known` are the headers to ask with: If-None-Match, If-Modified-Since (RFC 9110, section 13).
    """
    deadline = time.monotonic() + seconds
    here = url
    for _ in range(_REDIRECTS + 1):
        address = web_url(here)
        if address is None:
            raise SourceError(
                f"{url!r} leads to {here!r}, which is no http(s) address; give another address."
            )
        try:
            answer = _get(urlsplit(address), allow_hosts, deadline, _Asking(known, largest))
        except RefusedError as error:
            raise SourceError(f"{url!r} is not fetched: {error}.") from error
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            why = _why(error, deadline)
            said = f"{url!r} cannot be fetched ({why}); check the address and the connection."
            raise (UnreachableError(said, why) if _is_down(error) else SourceError(said)) from error
        if not isinstance(answer, str):
            return answer
        here = _leads_to(address, answer)
    raise SourceError(f"{url!r} redirects more than {_REDIRECTS} times; give the address that it leads to.")


class _DownError(ValueError):
    """The server answered that it cannot."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """What a request asks for: other than what is known, and no more bytes than this."""

    known: Mapping[str, str]
    largest: int


def _get(
    parts: SplitResult, allow_hosts: Collection[str], deadline: float, asking: _Asking
) -> Page | str | None:
    """Return the page, the address that it redirects to, or None where it has not changed."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    refuse(parts, allow_hosts)
    connection = http.client.HTTPConnection(host, port, timeout=seconds_left(deadline))
    try:
        plug = connect(host, port, deadline, public=host not in allow_hosts)
        with hung_up_at(deadline, plug):
            if parts.scheme == "https":
                plug = ssl.create_default_context().wrap_socket(plug, server_hostname=host)
            connection.sock = plug
            connection.request(
                "GET", _target(parts), headers={**_HEADERS, **asking.known, "Host": _host_header(parts)}
            )
            with connection.getresponse() as response:
                location = response.getheader("Location")
                if response.status in (301, 302, 303, 307, 308) and location:
                    return _as_written(location)
                if response.status == http.client.NOT_MODIFIED and asking.known:
                    return None
                if response.status != http.client.OK:
                    said = f"the server answered {response.status} {response.reason}".rstrip()
                    raise (_DownError if response.status >= 500 else ValueError)(said)
                return Page(
                    url=parts.geturl(),
                    data=_body(response, plug, deadline, asking.largest),
                    content_type=response.headers.get_content_type(),
                    charset=response.headers.get_content_charset(),
                    etag=response.getheader("ETag"),
                    last_modified=response.getheader("Last-Modified"),
                )
    finally:
        connection.close()


def _as_written(header: str) -> str:
    """Return what a header says: http.client reads it as Latin-1, and servers write UTF-8."""
    with suppress(UnicodeError):
        return header.encode("latin-1").decode("utf-8")
    return header


def _leads_to(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:  # no address at all, as the caller will say
        return location


def _body(response: http.client.HTTPResponse, plug: socket.socket, deadline: float, largest: int) -> bytes:
    encoding = (response.getheader("Content-Encoding") or "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise RefusedError(
            f"its server packs it as {encoding!r}, which was not asked for; save it from a browser and give "
            "the file"
        )
    unzip = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    data = bytearray()
    received, expected = 0, response.length  # counted here: read1 does not close at the end of a known length
    while not response.isclosed() and received != expected:
        plug.settimeout(seconds_left(deadline))
        chunk = response.read1(_CHUNK)
        received += len(chunk)
        if not chunk:
            seconds_left(deadline)  # hung up on, a page of unknown length looks like a whole one
            break
        data += unzip.decompress(chunk, largest) if unzip else chunk
        if len(data) > largest or (unzip and unzip.unconsumed_tail):
            raise RefusedError(
                f"it is larger than {largest // 1_000_000} MB; download it, and give the part that is the "
                "article"
            )
    if expected is not None and received < expected:
        raise ValueError("it broke off")
    return bytes(data)


def _is_down(error: Exception) -> bool:
    """Whether the site is at fault, and not what was asked of it."""
    return isinstance(error, (_DownError, OSError, http.client.HTTPException))


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return f"{path}?{query}" if query else path


def _host_header(parts: SplitResult) -> str:
    """Return host and port without the user and password that an address may hold."""
    host = (
        (parts.hostname or "").encode("idna").decode("ascii")
        if ":" not in (parts.hostname or "")
        else f"[{parts.hostname}]"
    )
    return f"{host}:{parts.port}" if parts.port else host


def _why(error: Exception, deadline: float) -> str:
    if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
        return "it took too long"
    if isinstance(error, socket.gaierror):
        return "its name is unknown"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
