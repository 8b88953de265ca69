"""The sentence set beside what it might have said: another name in a name's place, or two in each other's.

A swapped name hardly moves a sentence's vector, but it moves it away from the evidence, and the right one
moves it back. What counts is the difference, which is the same for near and far paraphrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.checking.names import Name, names

MOST = 8  # variants of either kind


def renamed(sentence: str, found: Sequence[Name], told: Sequence[str]) -> list[str]:
    """The sentence with each of its names replaced by another of the evidence that it does not have."""
    said = {word for name in found for word in name.words}
    others = {name.words[-1]: name.text for text in told for name in names(text, " ".join(told))}
    strange = [text for word, text in others.items() if word not in said]
    variants = [_put(sentence, name, other) for other in strange for name in found]
    return variants[:MOST]


def exchanged(sentence: str, found: Sequence[Name]) -> list[str]:
    """The sentence with two of its names, one after the other, in each other's places."""
    pairs = [(one, other) for one, other in pairwise(found) if one.words[-1] != other.words[-1]]
    return [_put(_put(sentence, other, one.text), one, other.text) for one, other in pairs][:MOST]


def _put(sentence: str, name: Name, text: str) -> str:
    return sentence[: name.start] + text + sentence[name.end :]
