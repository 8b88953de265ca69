"""What an LLM was shown: numbered passages, and the sentences in them that can be cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import ScoredPassage
from index.sentences import sentences

MOST_SENTENCES = 80  # of the passages that one sentence cites


@dataclass(frozen=True, slots=True)
class Source:
    """One passage, with the number by which the LLM knows it."""

    number: int
    passage: ScoredPassage

    @property
    def text(self) -> str:
        """The passage's own text."""
        return self.passage.passage.text


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a cited passage: `text == source.text[start:end]`; `place` counts in the passage."""

    source: Source
    start: int
    end: int
    place: int

    @property
    def text(self) -> str:
        """The sentence."""
        return self.source.text[self.start : self.end]


def evidence_of(cited: Sequence[Source]) -> list[Evidence]:
    """The sentences of the passages, one that stands in two overlapping passages once."""
    found: dict[tuple[str, int], Evidence] = {}
    for source in cited:
        passage = source.passage.passage
        for place, (start, end) in enumerate(sentences(passage.text)):
            found.setdefault((passage.article_id, passage.start + start), Evidence(source, start, end, place))
    return list(found.values())[:MOST_SENTENCES]
