"""The addresses in a text, with a scheme or without, and those that a link or an image leads to.

>>> addresses("See http://example.org/a, [this](example.net) or www.example.com.")
['http://example.org/a', 'example.net', 'www.example.com']
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"\]\(\s*([^\s()]+)"
    r"|\b(?:mailto|javascript|data):[^\s<>\"“”()\[\]]+"
    r"|(?:\b[a-z][a-z0-9+.-]*:)?//[^\s<>\"“”()\[\]/]+[^\s<>\"“”()\[\]]*"
    r"|\bwww\.[^\s<>\"“”()\[\]]+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[^\s<>\"“”()\[\]]*",
    re.IGNORECASE,
)


def addresses(text: str) -> list[str]:
    """All addresses, in order, without the punctuation that follows them."""
    return [(match[1] or match[0]).rstrip(".,;:!?'’*_") for match in _ADDRESS.finditer(text)]
