"""Checking one sentence of an LLM's answer against the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.articles import Article
from qa.answers import Checked, Citation
from qa.checking.attribution import attributed, without_papers
from qa.checking.claims import Claims, ground_of, unfounded
from qa.checking.cues import denied
from qa.checking.marks import marked
from qa.checking.opposites import opposed
from qa.checking.quotations import same_text, same_words, spoken_in
from qa.checking.sources import Evidence, Source, evidence_of, nearest
from qa.checking.support import Embed, Judged, Support, Weights, read_weights
from qa.citations import cite
from qa.reader import Reader, Span

_RIVAL = 2.0  # logits: from here on the reader's other answer is worth naming
_LONGEST = 2000  # characters: no sentence of an answer is longer


class Checker:
    """Checks sentences. `article` gives the article of an id (`Archive.article`), `embed` the vectors of
    texts.

    `threshold` is the support from which a sentence stands; None: as it was fitted. Safe to use from several
    threads.
    """

    def __init__(
        self,
        article: Callable[[str], Article],
        embed: Embed,
        reader: Reader,
        *,
        fitted: Weights | None = None,
        threshold: float | None = None,
    ) -> None:
        fitted = fitted or read_weights()
        self.threshold = fitted.threshold if threshold is None else threshold
        self._article = article
        self._support = Support(embed, reader, fitted)

    def check(self, sentence: str, sources: Sequence[Source], *, as_of: str | None = None) -> Checked:
        """Check one sentence with its marks. Any text can be given; what is no claim at all does not stand.

        `as_of` is the day of asking (ISO 8601), from which its "yesterday" is counted; None: from that of the
        article. Raises ArchiveError where an article that a passage was cut from is gone or is no longer what
        it was.
        """
        said = marked(sentence)
        reason = _unmarked(said.text, said.numbers, said.malformed, sources)
        if reason:
            return Checked(said.text, (), reason)
        cited = self._sources([source for source in sources if source.number in said.numbers])
        found = evidence_of(cited)
        if verbatim := [one for one in found if same_text(said.text, one.text)]:
            return Checked(said.text, self._cite(verbatim[:1]), None, 1.0)
        claims, reason = _held(said.text, cited, found, as_of)
        if reason:
            return Checked(said.text, (), reason)
        if heard := [one for one in found if spoken_in(said.text, one.text, one.before)]:
            return Checked(said.text, self._cite(heard[:1]), None, 1.0)
        judged = self._judged(said.text, claims, cited)
        least = min(judged, key=lambda one: one.score)
        if least.score < self.threshold:
            return Checked(said.text, (), _unsupported(least, cited), least.score)
        evidence = [piece for one in judged for piece in one.evidence]
        return Checked(said.text, self._cite(evidence), None, least.score)

    def _judged(self, sentence: str, claims: Claims, cited: Sequence[Source]) -> list[Judged]:
        """The support of a sentence; of one that sets papers against each other, that of each by its own."""
        parts = attributed(sentence, cited)
        if len(parts) < 2:
            return [self._support.judge(claims.text, claims, cited)]
        papers = [source.paper for source in cited]
        held = [(Claims(without_papers(part, papers)), own) for part, own in parts]
        return [self._support.judge(one.text, one, own) for one, own in held]

    def judge(self, sentence: str, cited: Sequence[Source]) -> tuple[float, Judged]:
        """The support of a sentence without marks by passages, hard checks included, and its signals."""
        cited = self._sources(cited)
        claims, reason = _held(sentence, cited, evidence_of(cited), None)
        judged = self._support.judge(claims.text, claims, cited)
        return (0.0 if reason else judged.score), judged

    def _sources(self, cited: Sequence[Source]) -> list[Source]:
        """The sources with what their articles say of themselves."""
        articles = [self._article(source.passage.passage.article_id) for source in cited]
        return [
            replace(source, paper=article.source or "", told=article.told)
            for source, article in zip(cited, articles, strict=True)
        ]

    def _cite(self, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
        """Cite the sentences, each whole: where a passage begins within one, the article has the rest."""
        citations: dict[tuple[str, int], Citation] = {}
        for one in evidence:
            passage = one.source.passage.passage
            start, end = passage.start + one.start, passage.start + one.end
            span = Span(one.text, passage.passage_id, passage.article_id, start, end, 1.0)
            citation = cite(span, self._article(passage.article_id), one.source.number)
            citations.setdefault((citation.article_id, citation.start), citation)
        return tuple(citations.values())


def _held(
    sentence: str, cited: Sequence[Source], found: Sequence[Evidence], as_of: str | None
) -> tuple[Claims, str | None]:
    """What a sentence says, and why it does not stand, as far as that is seen without a model."""
    grounds = {source.number: ground_of(source, sentence) for source in cited}
    around = "\n".join(ground.text for ground in grounds.values())
    claims = Claims(without_papers(sentence, [source.paper for source in cited]), around, as_of)
    for part, own in [(sentence, cited), *attributed(sentence, cited)]:
        held = [grounds[source.number] for source in own]
        if lacking := unfounded(Claims(part, around, as_of), held):
            return claims, f"{_passages(own)} not have {_listed(lacking)}."
    if "?" not in sentence and any(same_words(sentence, one.text) and "?" in one.text for one in found):
        return claims, f"{_passages(cited)} not say this, but ask it."
    told = nearest(claims.text, found)
    if told and (word := denied(claims.text, told.text)):
        return claims, f"{_passages(cited)} not say this: only one of the two has “not” before “{word}”."
    if told and (words := opposed(claims.text, told.text)):
        return claims, f"{_passages(cited)} not say “{words[0]}”, but “{words[1]}”."
    if False in [spoken_in(sentence, one.text, one.before) for one in found]:
        return claims, f"{_passages(cited)} not say this: somebody else said it."
    return claims, None


def _unmarked(
    text: str, numbers: Sequence[int], malformed: Sequence[str], sources: Sequence[Source]
) -> str | None:
    """Why a sentence cannot be held to any passage; None where it can."""
    there = {source.number for source in sources}
    if not re.search(r"\w", text):
        return "It says nothing."
    if len(text) > _LONGEST:
        return f"It is {len(text):,} characters long, too long for one sentence ({_LONGEST:,} are the most)."
    if malformed:
        return f"The mark {malformed[0]!r} names no passage."
    if not numbers:
        return "It cites no passage."
    if beyond := [number for number in numbers if number not in there]:
        return f"There is no passage [{beyond[0]}]."
    return None


def _unsupported(judged: Judged, cited: Sequence[Source]) -> str:
    instead = max(judged.heard, key=lambda one: one.rival, default=None)
    if instead and instead.rival > _RIVAL:
        return (
            f"{_passages(cited)} not say this; for “{instead.asked.text}” read perhaps “{instead.instead}”."
        )
    return f"{_passages(cited)} not say this."


def _passages(cited: Sequence[Source]) -> str:
    numbers = ", ".join(f"[{source.number}]" for source in cited)
    return f"Passage {numbers} does" if len(cited) == 1 else f"Passages {numbers} do"


def _listed(reasons: Sequence[str]) -> str:
    return reasons[0] if len(reasons) == 1 else f"{', '.join(reasons[:-1])} or {reasons[-1]}"
