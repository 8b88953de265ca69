"""What a sentence puts within quotation marks, and whether a passage has those very words.

White space, the style of the marks, punctuation and capitals do not matter; every word does.

    >>> quotations("He called it “a blatant attack”, and left.")
    ['a blatant attack']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.shingles import words

_PAIRS = [tuple(pair) for pair in ("“”", "„“", "„”", "«»", "»«", "‹›", "›‹", "「」", "『』")]
_QUOTED = re.compile(
    "|".join(f"{opening}([^{opening}{closing}]{{1,2000}}){closing}" for opening, closing in _PAIRS)
    + r"|(?<!\w)\"(?=\S)([^\"]{1,2000})\"|(?<!\w)[‘‚]([^‘’]{1,2000}?)[’‘](?!\w)|(?<!\w)'([^']{1,2000})'(?!\w)"
)
_MARK = re.compile(r"(?<!\d['’]\d)(?<!\d['’]\d\d)[“”„«»「」『』\"]")
_OPENS = "“„«‹「『"
_QUOTES = "“”„«»‹›「」『』\"‘’‚'"
_SIGN = re.compile(
    rf"[?%‰°+=<>/$£€¥₹₽]|(?<!\w)[-−](?=[$£€¥₹]?\d)|(?<=\d)[.,:](?=\d)|(?<!\w)[{_QUOTES}]|[{_QUOTES}](?!\w)"
)
_SAYS = r"(?:said|says|added|asked|replied|wrote)"
_SAYING = re.compile(
    rf"(?P<first>[^\W\d_][\w.’' -]{{1,60}}) {_SAYS}|{_SAYS} (?P<last>[^\W\d_][\w.’' -]{{1,60}})"
)
_NAME = r"[^\W\d_a-z][\w’'-]*"
_NAMED = re.compile(rf"{_NAME}(?:\s(?:[^\W\d_a-z]\.\s)?{_NAME})+")
_WHO = rf"(?:[Hh]e|[Ss]he|(?:[^\W\d_][\w.’'-]*\s){{0,5}}{_NAME})"
_TELLS = rf"(?:{_SAYS}|told)"
_WHO_SAYS_AFTER = re.compile(rf"[\s,]*(?:(?P<who>{_WHO})\s{_TELLS}\b|{_SAYS}\s(?P<late>{_WHO}))")
_WHO_SAYS_BEFORE = re.compile(rf"(?P<who>{_WHO})\s{_TELLS}(?:\s[\w\s]{{0,40}})?[,:]?\s*(?P<late>)$")
_TURNS = re.compile(r"\b(?:not|never|no|nobody|none|cannot|wrong|false|untrue|\w+n t|\w+n['’]t)\b")
_GAP = re.compile(r"\[[^\[\]]{0,200}\]|…|\.{3,}")  # what an editor put in or left out


def quotations(sentence: str) -> list[str]:
    """The pieces that a sentence quotes, each of one word or more.

    A mark without its other, as in a sentence cut from a longer quotation, quotes to the sentence's end or
    from its beginning.
    """
    found = [next(filter(None, match.groups())) for match in _QUOTED.finditer(sentence)]
    rest = _QUOTED.sub(lambda match: " " * len(match[0]), sentence)
    for mark in _MARK.finditer(rest):
        found.append(sentence[mark.end() :] if _opens(rest, mark) else sentence[: mark.start()])
    return [piece.strip(" ,.;:") for quoted in found for piece in _GAP.split(quoted) if words(piece)]


def spoken(sentence: str) -> tuple[str, str] | None:
    """Who said what, where a sentence is one quotation and who said it, and nothing else."""
    found = list(_QUOTED.finditer(sentence))
    if len(found) != 1:
        return None
    rest = sentence[: found[0].start()] + sentence[found[0].end() :]
    saying = _SAYING.fullmatch(rest.strip(" ,.;:"))
    return (saying["first"] or saying["last"], found[0][0]) if saying else None


def spoken_in(sentence: str, told: str, before: str = "") -> bool | None:
    """Whether a sentence is but a quotation of what is told, by the one who says it there.

    False: somebody else says it. None: that cannot be seen, or the sentence is another. Where he or she says
    it, that may be anybody whose whole name stands in the text `before`. What comes after a "not" in what is
    told may say the opposite.
    """
    if (said := spoken(sentence)) is None:
        return None
    who, quotation = said
    wanted = _spaced(quotation).strip()
    for quoted in _QUOTED.finditer(told):
        ahead, found, _ = _spaced(quoted[0]).partition(f" {wanted} ")
        if found and not _TURNS.search(told[: quoted.start()] + ahead):
            speakers = _speakers(told[: quoted.start()], told[quoted.end() :])
            if speakers & {"he", "she"}:
                speakers |= {_last_word(name) for name in _NAMED.findall(before)}
            if _last_word(who) in speakers:
                return True
            return False if speakers and who.split()[-1][0].isupper() else None
    return None


def _speakers(before: str, after: str) -> set[str]:
    """The last names of who says what stands between the two texts, as far as one of them says so."""
    found = [_WHO_SAYS_AFTER.match(after), _WHO_SAYS_BEFORE.search(before)]
    return {_last_word(match["who"] or match["late"]) for match in found if match}


def _last_word(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].casefold()


def _opens(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark stands before what it quotes, by the space around it or else by its form."""
    before, after = text[: mark.start()][-1:], text[mark.end() :][:1]
    if bool(before.strip()) != bool(after.strip()):
        return not before.strip()
    return mark[0] in _OPENS


def quoted_in(quotation: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has the words of the quotation, in their order, with nothing between."""
    wanted = _spaced(quotation)
    return any(wanted in _spaced(text) for text in texts)


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words in the same order, and some."""
    return _spaced(one) == _spaced(other) != _spaced("")


def same_text(one: str, other: str) -> bool:
    """Whether they have the same signs besides, all that could change what is said, in the same places."""
    return same_words(one, other) and _spaced(_spelt(one)) == _spaced(_spelt(other))


def _spelt(text: str) -> str:
    """The text with a word for each such sign: of money, share and direction, of questions and quotations."""
    return _SIGN.sub(lambda sign: f" sign{'q' if sign[0] in _QUOTES else ord(sign[0])} ", text)


def _spaced(text: str) -> str:
    return f" {' '.join(words(text)).casefold()} "
