"""How much two texts have in common: runs of words, and MinHash to find which texts are worth comparing.

A text is taken as the set of its runs of three words, each a number (Broder, On the resemblance and
containment of documents, 1997). Of that set MinHash keeps the least under each of 128 hash functions, and two
texts that agree in both numbers of any of 64 bands are worth comparing (locality-sensitive hashing: Leskovec,
Rajaraman and Ullman, Mining of Massive Datasets, chapter 3). A pair that shares a fifth of its runs is found
93 times in 100, one that shares a third 999 times in 1000, and two unrelated articles once in 5000 times.
Everything is the same on every machine and in every version of Python.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Shingles = NDArray[np.uint64]

RUN = 3  # words
_BANDS, _ROWS = 64, 2
# A word; in scripts that set no spaces between words, a character.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+"
)
_IN_WORD = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_ODD = np.random.Generator(np.random.PCG64(1997)).integers(0, 2**63, (3, _BANDS * _ROWS), dtype=np.uint64)
_FACTORS, _TERMS, _BAND_FACTORS = _ODD[0] * np.uint64(2) + np.uint64(1), _ODD[1], _ODD[2]


def words(text: str) -> list[str]:
    """The words of a text, without punctuation and apostrophes."""
    return _WORD.findall(_IN_WORD.sub("", text))


def shingles(found: Sequence[str]) -> Shingles:
    """The runs of RUN words as numbers, in the order in which they begin; of fewer words there is one run.

    Capitals and small letters are the same.
    """
    if not found:
        return np.empty(0, np.uint64)
    hashes = np.array([crc32(word.casefold().encode(errors="replace")) for word in found], dtype=np.uint64)
    length = max(1, len(hashes) - RUN + 1)
    runs = np.zeros(length, np.uint64)
    for place in range(min(RUN, len(hashes))):
        runs = _mixed(runs + hashes[place : place + length])
    return runs


def bands(runs: Shingles) -> list[int]:
    """64 numbers (signed, of 64 bits): texts that have one of them in common are worth comparing."""
    if not len(runs):
        return []
    least = (runs[:, None] * _FACTORS + _TERMS).min(axis=0)
    pairs = (least * _BAND_FACTORS).reshape(_BANDS, _ROWS).sum(axis=1, dtype=np.uint64)
    numbered = _mixed(pairs + np.arange(_BANDS, dtype=np.uint64))
    return [int(number) for number in numbered.view(np.int64)]


def covered(runs: Shingles, other: Shingles) -> NDArray[np.bool_]:
    """Of each word of a text, whether it stands in a run that the other text has too.

    An edited word costs itself alone this way, and a paragraph on something else all its words.
    """
    common = np.isin(runs, other)
    words = np.zeros(len(runs) + RUN - 1, np.bool_)
    for place in range(RUN):
        words[place : place + len(runs)] |= common
    return words


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit of the result depends on every bit of the number (the finisher of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
