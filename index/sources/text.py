"""Plain text, as it comes when an article is pasted from a page, into an Article.

A paragraph, a caption, a sub-heading and a teaser each keep a line of their own, so that none is glued into a
sentence and each can be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import pairwise

from index.articles import Article
from index.errors import SourceError
from index.identity import Origin, short_hash, url_identity
from index.sources.cleaning import clean
from index.sources.masthead import Masthead, guessed, stated, title_from_name

_LONGEST_WRAP = 100  # characters; longer lines are paragraphs, not lines that an editor or mailer broke
_SHORTEST_WRAP = 40
_CUT_OFF = ("…", "...")
_CAPTION_WORDS = 80


def parse_text(raw: str, origin: Origin, guesses: Iterable[str] = ()) -> Article:
    """Read one article from plain text. `guesses` names what was guessed before, such as the encoding.

    Raises SourceError where there is no text.
    """
    fields, text = stated(clean(raw))
    return build(tidy(text), fields, origin, guesses)


def tidy(text: str) -> str:
    """Return a cleaned text with one paragraph a line, without captions that the next line tells in full."""
    return drop_cut_off(unwrap(text))


def build(
    text: str,
    fields: Masthead,
    origin: Origin,
    guesses: Iterable[str] = (),
    hints: Masthead = Masthead(),
) -> Article:
    """Make the Article of a tidied text, filling what is not stated from the text's first lines.

    `hints` are what is likely where neither says it, such as the day that a file was made.
    """
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{origin.shown!r} holds no text; put the article's words in it, or leave it out.")
    stated_fields = fields.filled_from(Masthead(url=origin.url))
    known = stated_fields.filled_from(guessed(text)).filled_from(hints)
    known = known.filled_from(Masthead(title=title_from_name(origin.name, text)))
    inferred = {*known.known(), *guesses} - set(stated_fields.known())
    return Article(
        article_id=short_hash(url_identity(known.url) or origin.key),
        title=known.title or "",
        text=text,
        published=known.published,
        author=known.author,
        source=known.source,
        url=known.url,
        inferred=tuple(sorted(inferred)),
        modified=known.modified,
        section=known.section,
    )


def unwrap(text: str) -> str:
    """Join lines that were broken at a fixed width, so that sentences are whole; leave other lines alone.

    A text counts as wrapped if its lines stay within 100 characters, four of five line breaks inside its
    blocks are where the next word would not have fitted, and lines go on in lower case as often as prose
    does.
    """
    blocks = [block.split("\n") for block in text.split("\n\n")]
    width = max((len(line) for block in blocks for line in block if " " in line), default=0)
    if not _SHORTEST_WRAP <= width <= _LONGEST_WRAP:
        return text
    breaks = [(line, after) for block in blocks for line, after in pairwise(block)]
    full = [(line, after) for line, after in breaks if _is_full(line, after, width)]
    going_on = sum(not after[0].isupper() for _, after in full)
    if not full or len(full) < 0.8 * len(breaks) or going_on < 0.4 * len(full):
        return text
    return "\n\n".join(_join(block, width) for block in blocks)


def drop_cut_off(text: str) -> str:
    """Leave out a caption that is cut off with an ellipsis where the next line tells it in full.

    Pages show both; to keep both would count one statement twice. A line that only begins like the next
    stays.
    """
    lines = text.split("\n")
    kept = []
    for number, line in enumerate(lines):
        if line.endswith(_CUT_OFF):
            after = next((later for later in lines[number + 1 : number + 3] if later), "")
            if _tells_in_full(after, line):
                continue
        kept.append(line)
    return re.sub("\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _is_full(line: str, after: str, width: int) -> bool:
    """Whether the next line's first word would have gone over the width, or nearly."""
    return len(line) + 1 + len(after.split(" ", 1)[0]) > 0.9 * width


def _join(block: list[str], width: int) -> str:
    joined = block[0]
    for line, after in pairwise(block):
        if not _is_full(line, after, width):
            joined += "\n"
        elif not (line.endswith("-") and line[-2:-1].isalpha() and after[0].isalpha()):  # state-to-|state
            joined += " "
        joined += after
    return joined


def _tells_in_full(full: str, cut: str) -> bool:
    """Whether nine of ten words of the cut-off line open the full one; its last, perhaps half a word, aside.

    Not all of them: editors also shorten ("on Thursday, March 12" for "on March 12") when they write the
    long form.
    """
    start = cut.rstrip("….").split()[:-1]
    if not 5 <= len(start) <= _CAPTION_WORDS or full.endswith(_CUT_OFF):
        return False
    opening = full.split()[: len(start) + 3]
    if opening[:1] != start[:1]:
        return False
    same = sum(
        block.size for block in SequenceMatcher(None, start, opening, autojunk=False).get_matching_blocks()
    )
    return same >= 0.9 * len(start)
