"""What stands with what: the names around each word of a sentence, and whether the word is negated there.

A sentence shares words with its evidence. Beside such a word the evidence has names, before it who did it,
after it to whom; where the sentence has others there, somebody else did it, and where it has them in
each other's places, they changed roles.

    >>> told, said = "Visser accused Brandt of a lie.", "Brandt accused Visser of a lie."
    >>> bonds(said, [told])
    Bonds(agreed=0.0, least=0.0, crossed=1.0, polarity=0.0)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from qa.checking.cues import negation_ends, passive
from qa.checking.names import Name, names
from qa.checking.vocabulary import rarity, stem

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_STOP = re.compile(r"[;:.!?]|\b(?:but|while|although|whereas)\b", re.IGNORECASE)
_RAREST = 3.0  # bits: commoner words stand beside any name
_REACH = 40  # characters that a negation reaches ahead


@dataclass(frozen=True, slots=True)
class Bonds:
    """Shares of the words that a sentence has in common with its evidence, weighted by rarity, 0 to 1.

    `agreed` are those before which the same name stands, `least` the same of the name for which it is
    least, `crossed` those before which the sentence has a name that the evidence has behind them, and
    `polarity` those that are negated in one and not in the other. All agrees where nothing is in common.
    """

    agreed: float = 1.0
    least: float = 1.0
    crossed: float = 0.0
    polarity: float = 0.0


@dataclass(frozen=True, slots=True)
class _Use:
    """A word in a text: the last words of the names before and after it, the nearest first; whether it is
    negated.
    """

    stem: str
    bits: float
    before: tuple[str, ...]
    after: tuple[str, ...]
    negated: bool


def bonds(sentence: str, told: Sequence[str]) -> Bonds:
    """Compare a sentence with its evidence, sentences in their order."""
    around = " ".join(told)
    uses = [use for use in _uses(sentence, around, "") if use.bits >= _RAREST]
    there: dict[str, list[_Use]] = {}
    subject = ""
    for text in told:
        for use in _uses(text, around, subject):
            there.setdefault(use.stem, []).append(use)
        subject = next((_last(name) for name in names(text, around)), subject)
    common = [use for use in uses if use.stem in there]
    whole = sum(use.bits for use in common)
    if not whole:
        return Bonds()
    named = [use for use in common if use.before]
    by_name: dict[str, list[tuple[float, bool]]] = {}
    for use in named:
        agrees = any(use.before[0] in other.before for other in there[use.stem])
        by_name.setdefault(use.before[0], []).append((use.bits, agrees))
    crossed = sum(use.bits for use in named if _crossed(use, there[use.stem]))
    polarity = sum(use.bits for use in common if all(use.negated != o.negated for o in there[use.stem]))
    every = [pair for pairs in by_name.values() for pair in pairs]
    return Bonds(
        _agreed(every), min(map(_agreed, by_name.values()), default=1.0), crossed / whole, polarity / whole
    )


def as_signals(found: Bonds) -> dict[str, float]:
    """By the names of `SIGNALS`."""
    return dict(zip(("bound", "least_bound", "crossed", "polarity"), astuple(found), strict=True))


def _agreed(pairs: Sequence[tuple[float, bool]]) -> float:
    whole = sum(bits for bits, _ in pairs)
    return sum(bits for bits, agrees in pairs if agrees) / whole if whole else 1.0


def _crossed(use: _Use, others: Sequence[_Use]) -> bool:
    name = use.before[0]
    return all(name not in one.before for one in others) and any(
        name in one.after and one.before for one in others
    )


def _uses(text: str, around: str, subject: str) -> Iterator[_Use]:
    """The words of a text that are no part of a name. `subject` stands before it: "she" may be that one."""
    found = names(text, around)
    ends = negation_ends(text)
    turned = passive(text)
    for match in _WORD.finditer(text):
        if any(name.start <= match.start() < name.end for name in found):
            continue
        before = [_last(name) for name in reversed(found) if name.end <= match.start()]
        after = [_last(name) for name in found if name.start >= match.end()]
        if turned and turned[0] <= match.start() < turned[1]:
            before, after = after, before
        before += [subject] if subject else []
        negated = any(
            0 <= match.start() - end <= _REACH and not _STOP.search(text, end, match.start()) for end in ends
        )
        yield _Use(stem(match[0]), rarity(match[0]), tuple(before), tuple(after), negated)


def _last(name: Name) -> str:
    return name.words[-1]
