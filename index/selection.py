"""Which of the passages found stand for others, where several articles tell one story.

A version that a newer one supersedes is left to the newer. What copies of a story tell in the same words is
taken as one passage, at the best place that any of them reached: ranks come out as if the archive had it
once, and k passages are k different things to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.article_store import ArticleStore
from index.articles import Filters, Passage
from index.catalog import Listed
from index.shingles import shingles, words
from index.stories import Story

SAME = 0.5  # of the runs of words of the shorter of two passages: with less, both are worth reading


@dataclass(frozen=True, slots=True)
class Selection:
    """`stands` names, for each passage that may be read, the one that is read for it."""

    stands: Mapping[str, str]
    stories: Mapping[str, Story]

    def of(self, ranked: Mapping[str, float]) -> dict[str, float]:
        """A list of passages with their scores, best first, as those that stand for them."""
        chosen: dict[str, float] = {}
        for name, score in ranked.items():
            if name in self.stands:
                chosen.setdefault(self.stands[name], score)
        return chosen

    def story(self, article_id: str) -> str:
        """The name of the article's story; "" where no other tells it."""
        return self.stories[article_id].name if article_id in self.stories else ""


def select(
    ranked: Sequence[str], listed: Mapping[str, Listed], catalog: ArticleStore, filters: Filters
) -> Selection:
    """Choose among the passages `ranked`, best first; `listed` are those that the catalog knows."""
    stories = catalog.stories({item.passage.article_id for item in listed.values()}, filters)
    stands: dict[str, str] = {}
    told: dict[str, list[_Stretch]] = {}
    for name in ranked:
        passage = listed[name].passage if name in listed else None
        story = stories.get(passage.article_id) if passage else None
        if passage is None or story is None:
            stands[name] = name
        elif not (story.superseded(passage.article_id) or story.too_new(passage.article_id)):
            _add(told.setdefault(story.name, []), passage, story)
    for stretches in told.values():
        for stretch in stretches:
            stands.update(dict.fromkeys(stretch.names, stretch.passage.passage_id))
    return Selection(stands, stories)


@dataclass(slots=True)
class _Stretch:
    """What one or several articles of a story tell in the same words, and the passage that stands for it."""

    passage: Passage
    runs: frozenset[int]
    names: list[str]

    def tells(self, passage: Passage, runs: frozenset[int]) -> bool:
        """Whether the passage is a copy of this; passages of one article overlap by right."""
        if passage.article_id == self.passage.article_id:
            return False
        return len(runs & self.runs) >= SAME * max(1, min(len(runs), len(self.runs)))


def _add(stretches: list[_Stretch], passage: Passage, story: Story) -> None:
    runs = frozenset(shingles(words(passage.text)).tolist())
    same = next((stretch for stretch in stretches if stretch.tells(passage, runs)), None)
    if same is None:
        stretches.append(_Stretch(passage, runs, [passage.passage_id]))
        return
    same.names.append(passage.passage_id)
    # A version that was brought up to date stands before a copy that may not have been.
    if story.supersedes(passage.article_id) and not story.supersedes(same.passage.article_id):
        same.passage, same.runs = passage, runs
