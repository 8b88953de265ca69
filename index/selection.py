"""Which of the passages found stand for others, where several articles tell one story.

A version that a newer one supersedes is left to the newer, but for passages that the newer one has cut: what
only the older one says stays to be found. What copies of a story tell in the same words is taken as one
passage, at the best place that any of them reached: ranks come out as if the archive had it once, and k
passages are k different things to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.article_store import ArticleStore
from index.articles import Filters, Passage
from index.catalog import Listed
from index.shingles import Shingles, covered, shingles, words
from index.stories import Story

SAME = 0.5  # of the runs of words of the shorter of two passages: with less, both are worth reading
CUT = 0.5  # of the words of a passage, in runs of three: with fewer of them, the newer version has cut it


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
    newer = _Newer(catalog)
    stands: dict[str, str] = {}
    told: dict[str, list[_Stretch]] = {}
    for name in ranked:
        passage = listed[name].passage if name in listed else None
        story = stories.get(passage.article_id) if passage else None
        if passage is None or story is None:
            stands[name] = name
        elif not (story.too_new(passage.article_id) or newer.tells(passage, story)):
            _add(told.setdefault(story.name, []), passage, story)
    for stretches in told.values():
        for stretch in stretches:
            stands.update(dict.fromkeys(stretch.names, stretch.passage.passage_id))
    return Selection(stands, stories)


class _Newer:
    """The newer versions that may be answered from, each read once."""

    def __init__(self, catalog: ArticleStore) -> None:
        self._catalog = catalog
        self._runs: dict[str, Shingles] = {}

    def tells(self, passage: Passage, story: Story) -> bool:
        """Whether one of them tells what the passage does, in these words or edited."""
        own = shingles(words(passage.text))
        return any(
            covered(own, self._runs_of(name)).mean() >= CUT for name in story.newer(passage.article_id)
        )

    def _runs_of(self, article_id: str) -> Shingles:
        if article_id not in self._runs:
            article = self._catalog.article(article_id)
            self._runs[article_id] = shingles(words(article.text if article else ""))
        return self._runs[article_id]


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
    if _rank(passage, story) > _rank(same.passage, story):
        same.passage, same.runs = passage, runs


def _rank(passage: Passage, story: Story) -> tuple[bool, bool]:
    """A version that was brought up to date stands before a copy that may not have been, an old one last."""
    return not story.superseded(passage.article_id), story.supersedes(passage.article_id)
