"""One web page, fetched with care: public addresses only, at every redirect; little, and not for long.

An address may come from somebody else (a list of links, a chat). Without these checks it could make Byline
read what only this machine or its network may see: a router's page, a cloud's credentials, another
program's port.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from index.articles import Article
from index.errors import SourceError
from index.sources.formats import LARGEST, parse, sniff
from index.sources.identity import Origin, url_identity, web_url

SECONDS = 20.0
_REDIRECTS = 5
_CHUNK = 1 << 16
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


def fetch_article(url: str, *, allow_hosts: Collection[str] = (), seconds: float = SECONDS) -> Article:
    """Fetch one page and read its article. Arguments as in `fetch`; SourceError also without an article."""
    page = fetch(url, allow_hosts=allow_hosts, seconds=seconds)
    kind = "html" if "html" in page.content_type else sniff(page.data)
    if kind == "jsonl" or not (
        page.content_type.startswith(("text/", "application/xhtml")) or kind == "html"
    ):
        raise SourceError(
            f"{url!r} is {page.content_type or 'no page'}, not a page; download it and give the file."
        )
    name = urlsplit(page.url).path.rstrip("/").rpartition("/")[2].split(".")[0]
    origin = Origin(shown=url, key=url_identity(page.url) or page.url, name=name, url=page.url)
    return parse(page.data, kind, origin, page.charset)


def fetch(url: str, *, allow_hosts: Collection[str] = (), seconds: float = SECONDS) -> Page:
    """Fetch one page by GET, within `seconds` in all.

    `allow_hosts` names hosts that may be private or this machine itself; all others must be public. Raises
    SourceError for any other scheme, for an address that is not public, and for a page that does not come.
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
            answer = _get(urlsplit(address), allow_hosts, deadline)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            raise SourceError(
                f"{url!r} cannot be fetched ({_why(error)}); check the address and the connection."
            ) from error
        if isinstance(answer, Page):
            return answer
        here = urljoin(address, answer)
    raise SourceError(f"{url!r} redirects more than {_REDIRECTS} times; give the address that it leads to.")


def _get(parts: SplitResult, allow_hosts: Collection[str], deadline: float) -> Page | str:
    """Return the page, or the address that it redirects to."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port, timeout=_left(deadline))
    try:
        plug = _connect(host, port, deadline, public=host not in allow_hosts)
        if parts.scheme == "https":
            plug = ssl.create_default_context().wrap_socket(plug, server_hostname=host)
        connection.sock = plug
        connection.request("GET", _target(parts), headers=_HEADERS | {"Host": _host_header(parts)})
        with connection.getresponse() as response:
            location = response.getheader("Location")
            if response.status in (301, 302, 303, 307, 308) and location:
                return location
            if response.status != http.client.OK:
                raise ValueError(f"the server answered {response.status} {response.reason}".rstrip())
            return Page(
                url=parts.geturl(),
                data=_body(response, plug, deadline),
                content_type=response.headers.get_content_type(),
                charset=response.headers.get_content_charset(),
            )
    finally:
        connection.close()


def _connect(host: str, port: int, deadline: float, *, public: bool) -> socket.socket:
    """Connect to the very address that was checked: a name looked up twice may answer differently."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in found:
        ip = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if public and not _is_public(ip):
            raise ValueError(f"{host!r} is on this machine or a private network, where Byline does not fetch")
        plug = socket.socket(family, kind, protocol)
        plug.settimeout(_left(deadline))
        try:
            plug.connect(address)
        except OSError:
            plug.close()
            if address == found[-1][4]:
                raise
        else:
            return plug
    raise ValueError(f"{host!r} has no address")


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or _is_public(inner))


def _body(response: http.client.HTTPResponse, plug: socket.socket, deadline: float) -> bytes:
    encoding = (response.getheader("Content-Encoding") or "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise ValueError(f"the server sends it as {encoding!r}")
    unzip = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    data = bytearray()
    while not response.isclosed():
        plug.settimeout(_left(deadline))
        chunk = response.read1(_CHUNK)
        data += unzip.decompress(chunk, LARGEST["html"]) if unzip else chunk
        if len(data) > LARGEST["html"] or (unzip and unzip.unconsumed_tail):
            raise ValueError(f"the page is larger than {LARGEST['html'] // 1_000_000} MB")
    return bytes(data)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


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


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, socket.gaierror):
        return "its name is unknown"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
