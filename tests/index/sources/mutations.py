"""Files with pieces changed, cut out, doubled, and put in from a list of things that parsers trip over."""

from __future__ import annotations

import io
import os
import zipfile

from hypothesis import strategies as st

SHORT = "BYLINE_FUZZ" not in os.environ  # the same inputs in every run


def inputs(few: int) -> int:
    """How many inputs to try: `few` with the tests, in a long run as many as BYLINE_FUZZ says."""
    return int(os.environ.get("BYLINE_FUZZ", few))


TRIPS = [
    *(
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xed\xa0\xbd",
        b"\r",
        b"\x85",
        b"\n---\n",
        b"\n\n\n",
        b"\x1a",
    ),
    *(
        b"<",
        b">",
        b"&",
        b"&#0;",
        b"&#xD800;",
        b"&#x110000;",
        b"&nbsp;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"<p>" * 300,
    ),
    *(
        b'<!DOCTYPE a [<!ENTITY b "c">]>',
        b"<?xml version='1.0' encoding='utf-7'?>",
        b"xmlns:x='y'",
        b"</body>",
    ),
    *(b"[" * 2000, b'{"text":' * 500, b"1e999", b"-0", b"NaN", b'"\\ud800"', b"null", b'"', b"\\"),
    *(b"99999999999999999999", b"-1", b"0", b"9999-12-31T23:59:59-23:59", b"0001-01-01", b"D:99999999999999"),
    *(
        b"=?utf-8?q?=ff?=",
        b"=?x?b?====?=",
        b"; charset=\xff",
        b"boundary=",
        b"\r\n\r\n",
        b"--",
        b"%PDF-",
        b"PK\x05\x06",
    ),
    *(
        b"<< /Length 99999999 >>",
        b"endstream",
        b"stream",
        b"obj",
        b"/Parent 1 0 R",
        b"/Kids [1 0 R 1 0 R]",
        b"BT",
        b"Tj",
    ),
    *(
        "\u202e".encode(),
        "\u0301".encode() * 50,
        "\u2028".encode(),
        "ﷺ".encode(),
        b"://",
        b"http://[",
        b",",
        b";",
        b"\t",
    ),
]


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A seed with one to six changes; of a zip file, in every second case, inside a member."""
    data = draw(st.sampled_from(seeds))
    if data.startswith(b"PK") and draw(st.booleans()):
        return _repacked(draw, data)
    for _ in range(draw(st.integers(1, 6))):
        data = _changed(draw, data)
    return data


def _changed(draw: st.DrawFn, data: bytes) -> bytes:
    start = draw(st.integers(0, len(data)))
    end = min(len(data), start + draw(st.integers(0, 40)))
    kind = draw(st.sampled_from(["put in", "replace", "cut", "double", "cut off", "move", "bytes"]))
    if kind == "put in":
        return data[:start] + draw(st.sampled_from(TRIPS)) + data[start:]
    if kind in ("replace", "bytes"):
        put = draw(st.sampled_from(TRIPS) if kind == "replace" else st.binary(max_size=8))
        return data[:start] + put + data[end:]
    if kind == "cut":
        return data[:start] + data[end:]
    if kind == "double":
        return data[:end] + data[start:]
    if kind == "move":
        return data[:start] + data[end:] + data[start:end]
    return data[:start] if draw(st.integers(0, 9)) == 0 else data


def _repacked(draw: st.DrawFn, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as copy:
        names = packed.namelist()
        chosen = draw(st.sampled_from(names))
        for name in names:
            member = packed.read(name)
            copy.writestr(name, _changed(draw, _changed(draw, member)) if name == chosen else member)
    return out.getvalue()
