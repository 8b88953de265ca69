"""Where sentences begin and end in news text, to the character.

Written rules, not a model: they cost microseconds, need no download, and every decision can be read here.
A sentence never crosses a line break. Where a rule is in doubt it keeps two sentences together, since a
quote that runs on still reads, and one that stops after "U.S." does not.

    >>> text = 'The threat “remains high.” U.S. forces left. Gen. McKenzie agreed.'
    >>> [text[start:end] for start, end in sentences(text)]
    ['The threat “remains high.”', 'U.S. forces left.', 'Gen. McKenzie agreed.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Before a name or a number, and never the end of a sentence.
_TITLES = _words(
    "adm amb asst atty brig capt cf cmdr col cpl dep det dir dr e.g fig fr ft gen gens gov govs hon i.e "
    "insp lt maj messrs mr mrs ms msgr mt mx pfc pres prof pvt rep reps rev secy sen sens sgt spc supt vs"
)
# May stand in the middle of a sentence or at its end: the word that follows decides.
_ABBREVIATIONS = _words(
    "a.d a.m al apr approx apt assn aug ave avg b.c bldg blvd bros ca calif cent co conn corp ct dec dept "
    "dist ed est etc ext feb fla ga hwy ill inc ind jan jr jul jun kan la ln ltd mar mass md mich minn "
    "miss mo mon no nos nov oct okla op ore p p.m pa ph.d plc pop pp rd sec sep sept sq sr st sta ste "
    "tenn thu tue univ v va vol vt wash wed wis"
)
# Words that open a sentence far more often than they follow an abbreviation.
_STARTERS = _words(
    "a according after all also although amid among an and another any are as asked at because before "
    "both but by can could despite did do does during each earlier even every few first following for "
    "from further had has have he her here his how however i i'm i’m i've i’ve if in instead is it it's "
    "it’s its just last later like many meanwhile more most much my near nearly no nobody none nor not "
    "nothing now of officials on once one only or other others our over people perhaps police rather "
    "several she should since so some still such than thank that that's that’s the their them then there "
    "there's there’s these they they're they’re this those though through thus to today together too two "
    "under unlike until was we we're we’re we've we’ve well were what what's what’s when where whether "
    "which while who why will with within without would yes yet you your"
)
_NAMES_WITH_A_MARK = frozenset({"yahoo", "jeopardy"})  # Yahoo! Finance

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?…؟।]+(?:[\"')\]’]|[ \u00a0]?[”»])*|[。！？]+[」』”’）]*")
_OPENING = "\"'“‘«([—–-"
_ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.’'-]{0,20}\s){1,4}"
    r"(?:said|says|asked|asks|added|told|wrote|writes|replied|tweeted|recalled|wondered|shouted|joked)\b"
)
_GLUED = re.compile(r"[\"“‘]?[A-Z][a-z]")
_LONGEST_ABBREVIATION = 12


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences within text[start:end]: in order, apart, without outer white space.

    Every character that is not white space lies in exactly one of them. Time is linear in the length.
    """
    return [
        sentence
        for line in _LINE.finditer(text, start, len(text) if end is None else end)
        for sentence in _sentences_of_line(text, line.start(), line.end())
    ]


def _sentences_of_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start = _skip_space(text, start, end)
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and _ends_sentence(text, start, stop, end):
            yield start, stop.end()
            start = _skip_space(text, stop.end(), end)
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the sentence that began at `start` ends with this stop (which is not the end of the line)."""
    mark = stop[0][0]
    if mark in "。！？" or not text[stop.end()].isspace():
        return mark in "。！？" or _glued(text, stop, end)
    following = first = _skip_space(text, stop.end(), end)
    while first < end and text[first] in _OPENING:
        first += 1
    if text[first : first + 1].islower() and not text[first + 1 : first + 2].isupper():  # but iPhone, eBay
        return False
    if mark in "!?":
        quoted = stop[0][-1] in "\"”’'"
        return not (quoted and _ATTRIBUTION.match(text, following, end)) and (
            _word_before(text, start, stop.start()) not in _NAMES_WITH_A_MARK
        )
    return stop[0] != "." or not _abbreviates(text, start, stop.start(), first)


def _glued(text: str, stop: re.Match[str], end: int) -> bool:
    """Whether the space after a sentence was lost on the page: `… injuries.Images show …`."""
    before = text[max(0, stop.start() - 3) : stop.start()]
    return (
        len(before) == 3
        and before.isalpha()
        and before.islower()
        and bool(_GLUED.match(text, stop.end(), end))
    )


def _abbreviates(text: str, start: int, stop: int, following: int) -> bool:
    """Whether the full stop at `stop` shortens a word, in the middle of a sentence."""
    word = _word_before(text, start, stop)
    if not word:
        return False
    numbers_a_list = stop - len(word) <= start and (word.isdigit() or len(word) == 1)  # "1. Paris"
    if numbers_a_list or word in _TITLES:
        return True
    initials = len(word) == 1 and word.isalpha() and text[stop - 1].isupper()
    dotted = len(word) > 2 and all(len(part) == 1 for part in word.split("."))
    if not (initials or dotted or word in _ABBREVIATIONS):
        return False
    if word in ("no", "nos") and not text[following : following + 1].isdigit():
        return False
    quotes = text[following - 1] in '"“'  # "… in the U.S. “We …"
    return not quotes and _word_after(text, following) not in _STARTERS


def _word_before(text: str, start: int, stop: int) -> str:
    """The word that ends at `stop`, lower case; empty when it is longer than any abbreviation."""
    begin = stop
    lowest = max(start, stop - _LONGEST_ABBREVIATION)
    while begin > lowest and (text[begin - 1].isalnum() or text[begin - 1] == "."):
        begin -= 1
    whole = begin == start or not (text[begin - 1].isalnum() or text[begin - 1] == ".")
    return text[begin:stop].lower() if whole else ""


_WORD = re.compile(r"[\w’']{1,20}")


def _word_after(text: str, position: int) -> str:
    word = _WORD.match(text, position)
    return word[0].lower() if word else ""
