"""How rare a word is in the news: what weighs in a sentence, and which capitalised word is no name.

`words.txt` has a line for each frequency: of how many articles of a thousand use a word, the binary
logarithm, and the words, small letters only. `bench/words.py` counts it anew.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("words.txt")
RAREST = 10.0  # bits: a word of one article in a thousand, and any that is not listed
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ENDING = re.compile(r"(?:['’]s?|s['’])$")
_STEM = 6  # letters


@cache
def _rarities() -> dict[str, float]:
    listed = (line.split() for line in WORDS.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return {word: float(bits) for bits, *words in listed for word in words}


def ordinary(word: str) -> bool:
    """Whether the news writes it with a small letter often enough that a capital need not mean a name."""
    return bare(word) in _rarities()


def rarity(word: str) -> float:
    """Bits, from 0 for a word of every article to RAREST."""
    return _rarities().get(bare(word), RAREST)


def bare(word: str) -> str:
    """The word in small letters, without a possessive ending."""
    return _ENDING.sub("", word.lower().replace("’", "'"))


def stem(word: str) -> str:
    """What a word has in common with its inflected forms, roughly: its first letters, without an ending."""
    word = bare(word)
    for ending in ("ing", "ed", "es", "s", "e", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:_STEM]


def weights(text: str) -> dict[str, float]:
    """The stems of a text's words, each with the rarity of its word; those of no weight left out."""
    found = {stem(word): rarity(word) for word in _WORD.findall(text)}
    return {word: bits for word, bits in found.items() if bits > 1.0}


def share(wanted: dict[str, float], held: set[str]) -> float:
    """How much of the weight of some words others have, in [0, 1]."""
    whole = sum(wanted.values())
    return sum(bits for word, bits in wanted.items() if word in held) / whole if whole else 1.0
