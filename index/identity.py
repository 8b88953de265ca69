"""Who an article is: the same file, page or record read twice has the same id."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(r"utm_.*|(?:fb|g|d|ms)clk?id|igshid|mc_[ce]id|cmpid|ns_mchannel|ftag|smid|smtyp")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one article comes from.

    `shown` is what a message calls it, `key` what its id is made from unless it names its own address, and
    `name` what becomes its title where nothing better is found. `url` is the address it was fetched from.
    """

    shown: str
    key: str
    name: str
    url: str | None = None

    @classmethod
    def of_file(cls, path: Path) -> Origin:
        """Return the origin of a file: its absolute path with links resolved is who it is."""
        return cls(shown=str(path), key=str(path.resolve()), name=path.name.split(".")[0] or path.name)


def short_hash(*parts: str) -> str:
    """Return 12 hexadecimal characters of the parts' SHA-256: unique over some 100,000s of articles."""
    joined = "\x00".join(parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def web_url(value: str | None) -> str | None:
    """Return the address if it is http or https with a host, else None: it becomes a link on a page.

    `javascript:` and the like must not get that far.
    """
    value = "".join((value or "").split())
    parts = _split(value)
    return value if parts and parts.scheme in ("http", "https") and parts.hostname else None


def url_identity(url: str | None) -> str | None:
    """Return what two addresses of one article share, or None where the address names no one article.

    Left out: the scheme, `www.`, the fragment, a final slash, and what newsletters and social sites add to
    count visitors. A site's front page says nothing: broken sites give it as the canonical address of all.
    """
    parts = _split(url or "")
    if not parts or not parts.hostname:
        return None
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name.lower())
    ]
    path = parts.path.rstrip("/")
    if not path and not query:
        return None
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{parts.hostname.removeprefix('www.')}{port}{path}?{urlencode(sorted(query), errors='replace')}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # urlsplit looks at the port only when asked for it
    except ValueError:
        return None
    return parts
