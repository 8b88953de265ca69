"""Text made the same wherever it came from, before any offset is counted against it.

What a reader can see stays as it is: quotes, dashes, accents, ellipses. What nobody sees but what breaks a
search or a quotation goes: control characters, byte order marks, soft hyphens, zero-width spaces, and the
bidirectional overrides that make a text look different from what it is.
"""

from __future__ import annotations

import re
import unicodedata

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_MARK_RUN = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_SPACES = re.compile(r"(?:[^\S\n ]| (?=[^\S\n]))[^\S\n]*")  # all but a plain space alone: far fewer matches
_AROUND_NEWLINE = re.compile(" \n ?|\n ")
_BLANK_LINES = re.compile("\n{3,}")


def clean(text: str) -> str:
    """Return the text with plain spaces, plain newlines, at most one blank line in a row, and in NFC.

    NFC because one letter must be one string: text pasted on a Mac may hold "é" as two characters, which
    would neither be found by a search for the other form nor match it in a quotation. It changes nothing
    that can be seen (NFKC would). Cleaning what is clean changes nothing. Takes time linear in the length.
    """
    text = _NEWLINES.sub("\n", text)
    text = _SURROGATES.sub("\ufffd", text)  # half a character, from broken JSON: no file could store it
    text = _INVISIBLE.sub("", text)
    text = _MARK_RUN.sub(_thirty_marks, text)
    text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text)
    text = _AROUND_NEWLINE.sub("\n", text)
    return _BLANK_LINES.sub("\n\n", text).strip(" \n")


def _thirty_marks(run: re.Match[str]) -> str:
    """Keep 30 combining marks of a run, as Unicode's stream-safe format does: NFC is quadratic in the run."""
    marks = 0
    kept = []
    for character in run[0]:
        marks += unicodedata.combining(character) > 0
        if marks <= 30 or not unicodedata.combining(character):
            kept.append(character)
    return "".join(kept)


def one_line(text: str) -> str:
    """Return the text cleaned and on one line: for titles, names, and table cells."""
    return " ".join(clean(text).split())
