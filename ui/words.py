"""The words that all faces share: how a date, a count, a place and a confidence are said."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeGuard

from index.articles import Filters
from index.stories import Telling
from qa.answers import REFUSAL, Answer, Citation

ABSTENTION = REFUSAL
NEAREST = "The nearest passages, which do not answer it"
STRUCK = "[struck]"

# A calibrated probability in words; each holds from its bound upward.
_CONFIDENCE = ((0.85, "High confidence"), (0.6, "Fair confidence"), (0.0, "Low confidence, check the quote"))

_FRESH = timedelta(days=31)
_QUOTES = tuple("\"“”'‘’")
_ENDS = (*_QUOTES, ".", "!", "?", "…", ":")


def confidence_in_words(confidence: float) -> str:
    """How sure the reader is, for a reader: the calibrated probability `confidence` (in [0, 1]) in words."""
    return next((words for bound, words in _CONFIDENCE if confidence >= bound), _CONFIDENCE[-1][1])


def written_by(answer: Answer) -> str:
    """Who wrote an answer, and how much of it stands: "Written by NAME; 2 of 3 sentences hold." """
    standing = sum(sentence.stands for sentence in answer.sentences)
    return f"Written by {answer.writer}; {standing} of {count(len(answer.sentences), 'sentence')} hold."


def day(published: str | None) -> str:
    """An ISO 8601 date or date and time as "13 March 2020"; as it stands where it is not one; "" for None."""
    try:
        when = date.fromisoformat((published or "")[:10])
    except ValueError:
        return published or ""
    return f"{when.day} {calendar.month_name[when.month]} {when.year}"


def as_of(published: str | None, today: date | None = None) -> str:
    """ "as of 13 March 2020" where that is over a month ago: news of that age may be overtaken."""
    try:
        when = date.fromisoformat((published or "")[:10])
    except ValueError:
        return ""
    return f"as of {day(published)}" if (today or date.today()) - when > _FRESH else ""


def place(source: str | None, published: str | None) -> str:
    """Source and day, as much of them as is known: "VOA, 13 March 2020"."""
    return ", ".join(part for part in (source, day(published)) if part)


def narrowed(filters: Filters, titles: Sequence[str] = ()) -> str:
    """Which articles the filters let through: "from 1 March 2022 until 5 March 2022, of CNN or The Week",
    "cited before", or by their `titles`; "" where all."""
    days = " ".join(
        f"{word} {day(when)}" for word, when in (("from", filters.after), ("until", filters.before)) if when
    )
    sources = f"of {' or '.join(filters.sources)}" if filters.sources else ""
    called = f"called {' or '.join(title.join(quote_marks(title)) for title in titles)}"
    cited = (called if titles else "cited before") if filters.article_ids else ""
    return ", ".join(filter(None, (days, sources, cited)))


def on_the_web(url: str | None) -> TypeGuard[str]:
    """Whether an article's address is one of the web: `javascript:` and the like are none."""
    return url is not None and url.lower().startswith(("http://", "https://"))


def updated(when: str | None, earlier: Sequence[Telling]) -> str:
    """ "updated 14 March 2020; an earlier version of 13 March 2020 is in the archive"; "" where none is.

    `when` is the day of the version that is shown.
    """
    if not earlier:
        return ""
    days = [said for said in (day(version.told) for version in earlier) if said and said != day(when)]
    dated = f" of {days[-1]}" if days else ""
    if len(earlier) == 1:
        return f"updated {day(when)}; an earlier version{dated} is in the archive"
    last = f" (the last{dated})" if dated else ""
    return f"updated {day(when)}; {len(earlier)} earlier versions{last} are in the archive"


def overtaken(later: Sequence[Telling]) -> str:
    """ "an earlier version; a later one of 14 March 2020 is in the archive"; "" where none is."""
    if not later:
        return ""
    return f"an earlier version; a later one of {day(later[-1].told)} is in the archive"


def elsewhere(citation: Citation) -> str:
    """Who else says the same, and which other versions there are, in one line; "" where nobody and none."""
    names = "; ".join(place(copy.source, copy.published) or copy.title for copy in citation.also_in)
    copies = f"also in {names}" if names else ""
    said = (copies, updated(citation.told, citation.earlier), overtaken(citation.later))
    return "; ".join(filter(None, said))


def unembedded(waiting: int) -> str:
    """ "1,200 passages are found by words alone until they are embedded"; "" where none waits."""
    if not waiting:
        return ""
    being = "is" if waiting == 1 else "are"
    them = "it is" if waiting == 1 else "they are"
    return f"{count(waiting, 'passage')} {being} found by words alone until {them} embedded"


def quote_marks(quote: str) -> tuple[str, str]:
    """What to set before and after a quote; a thin space apart from quotation marks of its own."""
    before = "“\u200a" if quote[:1] in _QUOTES else "“"
    after = "\u200a”" if quote[-1:] in _QUOTES else "”"
    return before, after


def count(number: int, noun: str) -> str:
    """ "1 article", "4,960 articles"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def excerpt(text: str, limit: int) -> str:
    """The beginning of `text` on one line, cut between words at about `limit` characters.

    A dot stands after a line that ends no sentence, so that a caption is not read as part of the next.
    """
    line = ""
    for part in (" ".join(part.split()) for part in text.splitlines()):
        if part and line:
            line += " " if line.endswith(_ENDS) else " · "
        line += part
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0].rstrip(" ·") + " …"
