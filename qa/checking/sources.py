"""What an LLM was shown: numbered passages, and the sentences in them that can be cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.articles import Passage, ScoredPassage
from index.sentences import sentences
from qa.checking.vocabulary import share, weights

_AROUND = 2  # sentences
MOST_SENTENCES = 80  # of the passages that one sentence cites


@dataclass(frozen=True, slots=True)
class Source:
    """One passage, with the number by which the LLM knows it.

    `paper` is the source of its article, and `told` the day of it that the LLM is shown, where known.
    """

    number: int
    passage: ScoredPassage
    paper: str = ""
    told: str | None = None

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

    @property
    def before(self) -> str:
        """What the passage says before it."""
        return self.source.text[: self.start]


def evidence_of(cited: Sequence[Source]) -> list[Evidence]:
    """The sentences of the passages, one that stands in two overlapping passages once."""
    found: dict[tuple[str, int], Evidence] = {}
    for source in cited:
        passage = source.passage.passage
        for place, (start, end) in enumerate(sentences(passage.text)):
            found.setdefault((passage.article_id, passage.start + start), Evidence(source, start, end, place))
    return list(found.values())[:MOST_SENTENCES]


def nearest(sentence: str, found: Sequence[Evidence]) -> Evidence | None:
    """The sentence that has most of the words of another, by their rarity."""
    wanted = weights(sentence)
    return max(found, key=lambda one: share(wanted, set(weights(one.text))), default=None)


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
