"""The names in a sentence, and whether a passage has them: capitals, initials, acronyms and nationalities.

>>> [name.text for name in names("Officials said Maria Keller left the U.S. Senate's hearing.", "")]
['Maria Keller', 'U.S. Senate']
>>> missing("Keller", known("The mayor, Maria Keller, resigned."))
[]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import combinations, product

from qa.checking.countries import country
from qa.checking.dates import moments
from qa.checking.numbers import amounts
from qa.checking.vocabulary import ordinary


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CAPITAL = r"(?:[^\W\d_]\.){2,}[^\W\d_]?|[^\W_]+(?:['’.-][^\W_]+)*"
_WORD = re.compile(_CAPITAL)
_POSSESSIVE = re.compile(r"['’]s?$")
_SPACE = r"[^\S\n]"
_JOINED = re.compile(
    rf"{_SPACE}(?:(?:of|the|de|da|di|la|le|van|von|der|den|al|el|bin|ibn|for){_SPACE}){{0,2}}|-"
)
_NICKNAME = re.compile(r"[^\S\n][“\"‘']\w+[”\"’'](?=[^\S\n][A-ZÀ-Þ])")
_OPENS = re.compile(r"^\W*$|[“\"«‘(\n]$|[:—–]\s?$|[^\W\d_]{2}[.!?]['’\"”]?\s$")
# Before a name they say what someone is: a sentence may add them or leave them out.
_TITLES = _words(
    "president vice prime minister senator sen rep representative congressman congresswoman gov governor "
    "general gen mr mrs ms dr sir dame lord lady king queen prince princess secretary chancellor mayor "
    "judge justice pope captain capt professor prof ceo chief officer director chairman chairwoman chair "
    "colonel col lieutenant sergeant reverend rev sheriff ambassador spokesman "
    "spokeswoman president-elect foreign defense defence i"
)
_SMALL = _words("coronavirus covid")  # alike with a name, and written without a capital


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words: `words` as they are compared, and its place in the sentence."""

    text: str
    words: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the passages have: words as they are compared, and what tells how they stand.

    Those with capitals, all in capitals, and able to stand alone: small ones, and the last of a name. Then
    the initials of names, and the pairs of words that stand together, in one name or side by side.
    """

    words: frozenset[str] = frozenset()
    capitalised: frozenset[str] = frozenset()
    acronyms: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    together: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, several: Iterable[Known]) -> Known:
        """What several passages have, all together."""
        each = list(several)
        return cls(*(frozenset().union(*(getattr(one, part.name) for one in each)) for part in fields(cls)))


def known(text: str) -> Known:
    """The words and names of the passages that a sentence cites, titles of their articles with them."""
    found = list(_WORD.finditer(text))
    plainly = [plain(match[0]) for match in found]
    parts = {part for word in plainly for part in re.split(r"[-.']", word)}
    runs = [name.words for name in names(text, "", all_capitals=True)]
    bare = _NICKNAME.sub("", text)
    whole = [name.words for name in names(bare, "", all_capitals=True)] if bare != text else runs
    runs = [*runs, *whole]
    capitalised = frozenset(word for run in runs for word in run)
    initials = {
        "".join(word[0] for word in run[first : last + 1])
        for run in runs
        for first in range(len(run))
        for last in range(first + 1, min(len(run), first + 8))
    }
    beside = {
        (plainly[place], plainly[place + 1])
        for place in range(len(found) - 1)
        if _JOINED.fullmatch(text, found[place].end(), found[place + 1].start())
    }
    return Known(
        frozenset(plainly) | parts,
        capitalised,
        capitalised & _acronyms(found),
        frozenset(run[-1] for run in whole) | {plain(match[0]) for match in found if match[0].islower()},
        frozenset(initials),
        frozenset(pair for run in runs for pair in combinations(run, 2)) | beside,
    )


def names(sentence: str, around: str, *, all_capitals: bool = False) -> list[Name]:
    """The names in a sentence, in order; days, months and numbers are none.

    The first word is one where it is no ordinary word, or has its capital in the middle of a sentence of
    `around`, the passages, too. `all_capitals` takes every capital for a name's.
    """
    taken = [(moment.start, moment.end) for moment in moments(sentence)]
    taken += [(amount.start, amount.end) for amount in amounts(sentence)]
    found: list[Name] = []
    for match in _WORD.finditer(sentence):
        if not match[0][0].isupper() and not (match[0][:1].islower() and match[0][1:2].isupper()):
            continue
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        opens = _OPENS.search(sentence, max(0, match.start() - 5), match.start())
        if opens and not all_capitals and not _named_at_first(match, around):
            continue
        text = _POSSESSIVE.sub("", match[0])
        name = Name(text, (plain(text),), match.start(), match.start() + len(text))
        if (
            found
            and text == sentence[name.start : name.end]
            and _JOINED.fullmatch(sentence, found[-1].end, name.start)
        ):
            last = found.pop()
            name = Name(sentence[last.start : name.end], last.words + name.words, last.start, name.end)
        found.append(name)
    return [name for name in found if name.words != ("i",)]


def missing(name: Name | str, there: Known) -> list[str]:
    """The words of a name that the passages do not have, in any of their forms."""
    if isinstance(name, str):
        name = Name(name, tuple(plain(match[0]) for match in _WORD.finditer(name)), 0, len(name))
    spelt_out = {
        word
        for first in range(len(name.words))
        for last in range(first + 2, min(len(name.words), first + 8) + 1)
        if "".join(word[0] for word in name.words[first:last]) in there.acronyms
        for word in name.words[first:last]
    }
    words = [word for word in name.words if word not in _TITLES | spelt_out]
    forms = [_forms(word, name, there) for word in words]
    apart = {
        word
        for word, here, after in zip(words, forms, forms[1:], strict=False)
        if not (country(word) or here & there.alone or there.together & set(product(here, after)))
    }
    return [word for word, here in zip(words, forms, strict=True) if not here or word in apart]


def plain(word: str) -> str:
    """A word as names are compared: small letters without accents, initials without dots."""
    bare = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", word).replace("’", "'").casefold())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return (bare.replace(".", "") if re.fullmatch(r"(?:\w\.)+\w?", bare) else bare) or word


def _named_at_first(match: re.Match[str], around: str) -> bool:
    word = match[0]
    if len(word) > 1 and word.isupper():
        return True
    if not ordinary(_POSSESSIVE.sub("", word)):
        return True
    return bool(re.search(rf"[a-z,’'] {re.escape(word)}\b", around))


def _acronyms(found: Sequence[re.Match[str]]) -> set[str]:
    """The words all in capitals; of those that are ordinary ones only what stands among other words."""
    loud = [False, *(len(match[0]) > 1 and match[0].isupper() for match in found), False]
    return {
        plain(match[0])
        for before, match, capitals, after in zip(loud, found, loud[1:], loud[2:], strict=False)
        if capitals and not ((before or after) and ordinary(match[0]))
    }


def _forms(word: str, name: Name, there: Known) -> set[str]:
    """The words of the passages that are this word of a name: Ukraine, Ukrainians; an acronym, spelt out."""
    found = {word, word.removesuffix("s"), word + "s"} & there.words
    parts = set(word.split("-"))
    if len(parts) > 1 and parts <= there.words:
        found |= parts
    if home := country(word):
        found |= {other for other in there.capitalised | _SMALL & there.words if country(other) == home}
    if len(word) > 1 and word in there.initials and word.upper() in name.text.replace(".", ""):
        found |= {word}
    return found
