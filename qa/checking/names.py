"""The names in a sentence, and whether a passage has them: capitals, initials, acronyms and nationalities.

>>> [name.text for name in names("Officials said Maria Keller left the U.S. Senate's hearing.", "")]
['Maria Keller', 'U.S. Senate']
>>> missing("Keller", known("The mayor, Maria Keller, resigned."))
[]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from qa.checking.dates import moments
from qa.checking.numbers import amounts
from qa.checking.vocabulary import ordinary


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CAPITAL = r"(?:[^\W\d_]\.){2,}[^\W\d_]?|[^\W_]+(?:['’.-][^\W_]+)*"
_WORD = re.compile(_CAPITAL)
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINED = re.compile(r"\s(?:(?:of|the|de|da|di|la|le|van|von|der|den|al|el|bin|ibn|for)\s){0,2}|-")
_OPENS = re.compile(r"^\W*$|[“\"«‘(\n]$|[:—–]\s?$|[^\W\d_]{2}[.!?]['’\"”]?\s$")
# Before a name they say what someone is: a sentence may add them or leave them out.
_TITLES = _words(
    "president vice prime minister senator sen rep representative congressman congresswoman gov governor "
    "general gen mr mrs ms dr sir dame lord lady king queen prince princess secretary chancellor mayor "
    "judge justice pope captain capt professor prof ceo chief officer director chairman chairwoman chair "
    "colonel col lieutenant sergeant reverend rev sheriff ambassador spokesman "
    "spokeswoman president-elect foreign defense defence i"
)
_ALIKE = (
    "us usa america american americans united-states states u.s.",
    "uk britain british briton britons united-kingdom kingdom",
    "france french frenchman",
    "spain spanish spaniard spaniards",
    "greece greek greeks",
    "netherlands dutch holland",
    "wales welsh",
    "denmark danish dane danes",
    "switzerland swiss",
    "poland polish pole poles",
    "ireland irish",
    "iraq iraqi iraqis",
    "iran iranian iranians",
    "peru peruvian peruvians",
    "thailand thai thais",
    "eu european-union europe european europeans",
    "un united-nations",
    "ukraine kyiv kiev",
    "turkey türkiye turkiye turkish turks turk",
    "covid covid-19 coronavirus",
    "republican republicans gop",
    "democrat democrats democratic",
    "england english",
    "philippines philippine filipino filipinos",
)
_NATIONAL = _words("n ns an ans ian ians i is ese ish s e a y en ain ey istan") | {""}
_SHORTEST = 4  # letters that two forms of a country's name share


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words: `words` as they are compared, and its place in the sentence."""

    text: str
    words: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the passages have: words as they are compared, those with capitals, and initials of their runs."""

    words: frozenset[str]
    capitalised: frozenset[str]
    initials: frozenset[str]


def known(text: str) -> Known:
    """The words and names of the passages that a sentence cites, titles of their articles with them."""
    found = list(_WORD.finditer(text))
    words = {plain(match[0]) for match in found}
    words |= {part for word in list(words) for part in re.split(r"[-.']", word)}
    runs = [name.words for name in names(text, "", all_capitals=True)]
    capitalised = {word for run in runs for word in run}
    initials = {
        "".join(word[0] for word in run[first : last + 1])
        for run in runs
        for first in range(len(run))
        for last in range(first + 1, min(len(run), first + 8))
    }
    return Known(frozenset(words), frozenset(capitalised), frozenset(initials))


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
        if "".join(word[0] for word in name.words[first:last]) in there.words
        for word in name.words[first:last]
    }
    return [word for word in name.words if word not in _TITLES | spelt_out and not _has(word, there)]


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


def _has(word: str, there: Known) -> bool:
    if word in there.words or word.removesuffix("s") in there.words or word + "s" in there.words:
        return True
    parts = word.split("-")
    if len(parts) > 1 and all(part in there.words for part in parts):
        return True
    if any(word in alike and alike & there.words for alike in _ALIKE_WORDS):
        return True
    if len(word) > 1 and word in there.initials:
        return True
    return any(_kin(word, other) for other in there.capitalised)


def _kin(one: str, other: str) -> bool:
    """Whether two words are a country and its people, by their endings: Ukraine, Ukrainians."""
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    return common >= _SHORTEST and one[common:] in _NATIONAL and other[common:] in _NATIONAL


def _alike(groups: Iterable[str]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(word.replace(".", "") for word in group.split()) for group in groups)


_ALIKE_WORDS = _alike(_ALIKE)
