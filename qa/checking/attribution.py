"""Who says it: a sentence that names the papers of its passages, as an LLM is asked to where they disagree.

>>> without_papers("The Harbour Post reported on 17 May that he left.", ["The Harbour Post"])
'he left.'
>>> without_papers("On 7 June, the Visayas Post reported 38 deaths.", ["Visayas Post"])
'38 deaths.'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa.checking.sources import Source

_SAYS = r"(?:has\s|had\s)?(?:report(?:s|ed)|says?|said|wr(?:ites|ote|itten)|stat(?:es|ed)|published)"
_PUTS = r"(?:has\s|had\s)?(?:puts?|gives?|gave)"
_DAY = r"(?:(?:on|in|as\sof)\s[^,;:“\"]{0,20}?[0-9][^,;:“\"]{0,14}?,?\s)"
_WHEN = r"(?:,?\s(?:on|in|of|from)\s[^,;:“\"]{0,20}?[0-9][^;:“\"]{0,14}?)?"
_PARTS = re.compile(r",?\s(?:while|whereas|but|and)\s|;\s", re.IGNORECASE)


def without_papers(sentence: str, papers: Iterable[str]) -> str:
    """What the papers are said to say, without that they say it; a sentence of nothing else as it is."""
    named = "|".join(re.escape(_bare(paper)) for paper in papers if paper)
    if not named:
        return sentence
    paper = rf"(?:the\s)?(?:{named})"
    said = re.compile(
        rf"(?<!\w)(?:{_DAY}?{paper}(?:\s\([^()]{{0,30}}\))?\s(?:{_SAYS}|{_PUTS})(?:{_WHEN}(?:\sthat\b|[,:]))?"
        rf"|according\sto\s{paper}{_WHEN},)\s"
        rf"|,?\s(?:according\sto\s{paper}|{paper}\s{_SAYS}){_WHEN}(?=[.,;]?$)",
        re.IGNORECASE,
    )
    rest = said.sub("", sentence)
    return rest if re.search(r"\w", rest) else sentence


def attributed(sentence: str, cited: Sequence[Source]) -> list[tuple[str, list[Source]]]:
    """The parts of a sentence that name one paper of several, each with the passages of that paper."""
    papers = {_bare(source.paper) for source in cited if source.paper}
    found = []
    for part in _PARTS.split(sentence) if len(papers) > 1 else []:
        named = [paper for paper in papers if re.search(rf"\b{re.escape(paper)}\b", part, re.IGNORECASE)]
        if len(named) == 1:
            found.append((part, [source for source in cited if _bare(source.paper) == named[0]]))
    return found


def _bare(paper: str) -> str:
    return re.sub(r"^the\s+", "", paper.strip(), flags=re.IGNORECASE)
