"""From a file's bytes to its characters; what is no text is refused."""

from __future__ import annotations

import codecs
import re

from index.errors import SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a Word, ODF or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"{\\rtf", "a rich text (RTF) file"),
)
_CONTROLS = bytes(sorted({*range(32), 127} - set(b"\t\n\r\f\x0b\x1b\x1a")))
_SAMPLE = 1 << 16
_TAR = (257, 262)  # where a tar file has its mark
_TOLERATED = 0.02  # of the bytes; in pictures and programs a tenth and more are control characters


def bom_of(data: bytes) -> str | None:
    """Return the encoding that the byte order mark at the start tells, if there is one."""
    return next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)


def decode(data: bytes, origin: str, declared: str | None = None) -> tuple[str, bool]:
    """Return the text, and whether its encoding had to be guessed.

    Sure: a byte order mark (UTF-8, UTF-16, UTF-32), valid UTF-8, or `declared`, the encoding that a page
    names for itself. Guessed: UTF-8 with some broken characters (shown as U+FFFD), where more of its
    accented characters are whole than broken; else Windows-1252, which is what old Western text is.

    Raises SourceError for what is not text.
    """
    mark = bom_of(data)
    if mark:
        return data.decode(mark, "replace").removeprefix("\ufeff"), False
    refuse_tar(data, origin)
    _refuse_binary(data[:_SAMPLE], origin)
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    if declared and (text := _as_declared(data, declared)) is not None:
        return text, False
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(re.findall("[^\x00-\x7f\ufffd]", text))
    return (text if whole > broken else data.decode("cp1252", "replace")), True


def refuse_tar(data: bytes, origin: str) -> None:
    """Raise SourceError for a tar archive: of texts, it would be one long text."""
    if data[_TAR[0] : _TAR[1]] == b"ustar":
        raise SourceError(f"{origin!r} is a tar archive, which Byline does not read; unpack it, or zip it.")


def _refuse_binary(sample: bytes, origin: str) -> None:
    kind = next((kind for signature, kind in _SIGNATURES if sample.startswith(signature)), None)
    if kind:
        raise SourceError(f"{origin!r} is {kind}, not text; save its text as .txt or .html and give that.")
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _TOLERATED * len(sample):
        raise SourceError(f"{origin!r} is not text (it holds control characters); save its text as UTF-8.")


def _as_declared(data: bytes, declared: str) -> str | None:
    try:
        return data.decode(declared)
    except (LookupError, ValueError):  # no such encoding, or not in that encoding
        return None
