"""Who wrote what, where and when, as the top of a pasted article tells it.

Two kinds of knowledge, kept apart: fields that the file states ("Title: …", front matter), which are taken
out of the text; and what its first lines look like (a headline, "By …", a date), which stays in the text
and is marked as inferred. A dateline names no year, and a caption's date is the picture's: neither becomes
`published`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from index.identity import web_url
from index.sources.cleaning import one_line
from index.sources.dates import iso_date

_KEYS = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "by", "byline"),
    "published": ("published", "date", "publication date", "publish date", "pubdate", "datepublished"),
    "source": ("source", "publisher", "publication", "site", "sitename", "newspaper"),
    "url": ("url", "link", "canonical", "canonical_url", "permalink"),
    "modified": ("modified", "updated", "last modified", "last updated", "date modified", "datemodified"),
    "section": ("section", "category", "articlesection"),
}
FIELD_OF = {key: name for name, keys in _KEYS.items() for key in keys}
_FIELD = re.compile(r"([A-Za-z_ ]{2,20}) ?: ?(.*)")
_NAME = r"(?:[^\W\d_][\w.'’-]*)"
_BYLINE = re.compile(
    rf"(?:Written )?(?:By|BY|by):? ({_NAME}(?: {_NAME}){{1,6}}(?:, {_NAME}(?: {_NAME}){{1,3}})*)"
    r"(?: ?[|•] ?.*)?"
)
_SMALL_WORDS = frozenset(
    ("and", "with", "de", "da", "del", "der", "den", "la", "le", "van", "von", "bin", "al")
)
_NO_NAMES = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|The|This|That|January|February|March|April|June|July"
    r"|August|September|October|November|December)\b"
)
_DATE_LABEL = re.compile(r"(?:first )?(?:published|posted|publication date)(?: on| at)?:? ?", re.IGNORECASE)
_CHANGE_LABEL = re.compile(r"(?:last )?(?:updated|modified)(?: on| at)?:? ?", re.IGNORECASE)
_AGENCIES = "AP|Reuters|REUTERS|AFP|UPI|CNN|BBC|VOA|NPR|dpa|PTI|ANI|IANS|Bloomberg|Xinhua|Kyodo"
_AGENCY = re.compile(rf"(?:[A-Z][^()\n]{{1,60}} )?\(({_AGENCIES})\)")
# Of a line that names a place first, only the dash tells a dateline from a caption: "RIVERTON (AP) - ".
_DATELINE = re.compile(rf"(?:([A-Z][^()\n]{{1,60}}) (?=\([A-Za-z]+\) ?[-–—_]))?\(({_AGENCIES})\)")
_CAPTION = re.compile(
    r"(?:FILE|PHOTO|Photo|IMAGE|Image|VIDEO|Video|WATCH|Watch|Credit)\b ?[-–—:]"
    r"|.*\((?:AP|Reuters|AFP)\b.*\)$"
)
_NO_HEADLINE_END = re.compile(r"[.…,;:—–-][\"”’')\]]*$|\b(?:reports|Staff|staff)$")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){2,}$")
_TOP = 6  # lines in which an article says who wrote it and when; the body ends them
_LONGEST_TOP_LINE = 250


@dataclass(frozen=True, slots=True)
class Masthead:
    """What is known about an article beside its text; None: not known."""

    title: str | None = None
    author: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None
    modified: str | None = None
    section: str | None = None

    def known(self) -> tuple[str, ...]:
        """Return the names of the fields that are known."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))

    def filled_from(self, other: Masthead) -> Masthead:
        """Return this masthead with the other's fields where it has none itself."""
        both = {field.name: getattr(self, field.name) or getattr(other, field.name) for field in fields(self)}
        return Masthead(**both)


def stated(text: str) -> tuple[Masthead, str]:
    """Return the fields that stand at the top of a cleaned text, and the text without them."""
    lines = text.split("\n")
    found: dict[str, str] = {}
    if lines[0] == "---" and "---" in lines[1:]:
        end = lines.index("---", 1)
        for key, value in _front_matter(lines[1:end]):
            _keep(found, key, value)
        return Masthead(**found), "\n".join(lines[end + 1 :]).strip("\n")
    count = 0
    for line in lines:
        match = _FIELD.fullmatch(line) if len(line) <= 300 else None
        if line and not (match and _keep(found, match[1], match[2])):
            break
        count += 1
    return (Masthead(**found), "\n".join(lines[count:]).strip("\n")) if found else (Masthead(), text)


def guessed(text: str) -> Masthead:
    """Return what the first lines of a cleaned text look like: headline, byline, dates, news agency."""
    top = [line for line in text[:4000].split("\n") if line][:_TOP]
    body = next((number for number, line in enumerate(top) if len(line) > _LONGEST_TOP_LINE), len(top))
    published = next((day for line in top[:body] if (day := _date_line(line))), None)
    author = next((name for line in top[:body] if (name := _byline(line))), None)
    modified = next((day for line in top[:body] if (day := _change_line(line))), None)
    dateline = next((match for line in top if (match := _DATELINE.match(line))), None)
    return Masthead(
        title=_headline(text),
        author=author,
        published=published or (_dated(dateline[1] or "") if dateline else None),
        source=dateline[2] if dateline else None,
        modified=modified,
    )


def title_from_name(stem: str, text: str) -> str:
    """Return a title for a file's name: words apart, in the letter case that the text gives them.

    >>> title_from_name("us-strikes-kataib-hezbollah", "US Kills Commander … the group Kataib Hezbollah")
    'US strikes Kataib Hezbollah'
    """
    words = one_line(re.sub(r"[-_+]+", " ", stem)).split()
    top = text[:20_000]
    cased = [_as_in_text(word, top) for word in words[:15]]
    title = " ".join(cased)
    return title[:1].upper() + title[1:] or "Untitled"


def _front_matter(lines: list[str]) -> list[tuple[str, str]]:
    """Read `key: value` lines, and lists under a key; front matter that says more than that is not needed."""
    pairs: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith("- ") and pairs:
            key, value = pairs[-1]
            pairs[-1] = (key, f"{value}, {line[2:].strip(chr(34) + chr(39))}".removeprefix(", "))
        elif match := _FIELD.fullmatch(line):
            pairs.append((match[1], match[2].strip().strip("[]").replace('"', "").strip("'")))
    return pairs


def _keep(found: dict[str, str], key: str, value: str) -> bool:
    """Take one stated field, unless it is unknown, there already, or says nothing usable."""
    name = FIELD_OF.get(key.strip().lower())
    if name is None or name in found:
        return False
    if name in ("published", "modified"):
        usable = iso_date(value)
    elif name == "url":
        usable = web_url(value)
    else:
        usable = one_line(value) or None
    if usable:
        found[name] = usable
    return usable is not None


def _date_line(line: str) -> str | None:
    if len(line) > 80:
        return None
    return iso_date(_DATE_LABEL.sub("", line, count=1))


def _change_line(line: str) -> str | None:
    label = _CHANGE_LABEL.match(line) if len(line) <= 80 else None
    return iso_date(line[label.end() :]) if label else None


def _dated(place: str) -> str | None:
    """Return the day that a dateline gives with its year: "RIVERTON, Ohio, March 3, 2021"."""
    parts = place.split(", ")
    days = (iso_date(", ".join(parts[number:])) for number in range(1, len(parts)))
    return next(filter(None, days), None)


def _byline(line: str) -> str | None:
    match = _BYLINE.fullmatch(line) if len(line) <= 120 else None
    if not match or _NO_NAMES.search(match[1]):
        return None
    words = match[1].replace(",", "").split()
    if not all(word[0].isupper() or word in _SMALL_WORDS for word in words):
        return None
    return match[1]


def _headline(text: str) -> str | None:
    """Return the first line that is more than who and when, if it looks like a headline and stands apart."""
    blocks = [block.split("\n") for block in text[:4000].split("\n\n")]
    one_paragraph_a_line = "\n\n" not in text
    for block in blocks[:3]:
        for number, line in enumerate(block[:_TOP]):
            if _is_credit(line):
                continue
            rest = block[number + 1 :]
            apart = one_paragraph_a_line or not rest or _is_credit(rest[0])
            return line if apart and line != text and _looks_like_headline(line) else None
    return None


def _is_credit(line: str) -> bool:
    """Whether the line says who wrote the article, or when, and no more."""
    return bool(_byline(line) or _date_line(line) or _change_line(line))


def _looks_like_headline(line: str) -> bool:
    words = line.split()
    if not 2 <= len(words) <= 25 or len(line) > 160 or line[0].islower():
        return False
    capitals = all(not word[0].islower() or word in _SMALL_WORDS for word in words)
    if capitals and len(words) < 4 + 3 * ("," in line or " and " in line):
        return False  # a name, two names, or a name and whom they write for
    if _CAPTION.match(line) or _AGENCY.match(line) or web_url(line):
        return False
    return not _NO_HEADLINE_END.search(line) or bool(_ABBREVIATION.search(line))


def _as_in_text(word: str, text: str) -> str:
    """Return the word in the letter case that it has most often in the text, or as it is."""
    forms: dict[str, int] = {}
    for match in re.finditer(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
        forms[match[0]] = forms.get(match[0], 0) + 1
    return max(forms, key=lambda form: forms[form]) if forms else word
