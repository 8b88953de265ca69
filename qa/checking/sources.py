"""What an LLM was shown: numbered passages, and the sentences in them that can be cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.articles import Passage, ScoredPassage
from index.sentences import sentences

_AROUND = 2  # sentences
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


def near(best: Sequence[Evidence], found: Sequence[Evidence], reach: int = _AROUND) -> list[Evidence]:
    """The evidence and the sentences within reach of it, as they stand in the passages."""
    return [
        one
        for one in found
        if any(one.source is other.source and abs(one.place - other.place) <= reach for other in best)
    ]


def surroundings(best: Sequence[Evidence], found: Sequence[Evidence]) -> list[ScoredPassage]:
    """What stands around the evidence, of each passage one stretch: less to read than the whole."""
    stretches = []
    for source in dict.fromkeys(one.source for one in best):
        some = [one for one in near(best, found) if one.source is source]
        start, end, whole = some[0].start, some[-1].end, source.passage.passage
        cut = Passage(
            whole.passage_id, whole.article_id, whole.text[start:end], whole.start + start, whole.start + end
        )
        stretches.append(replace(source.passage, passage=cut))
    return stretches
