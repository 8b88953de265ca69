"""What in a sentence can be held to a passage to the letter: numbers, dates, names, quotations, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.checking.addresses import addresses
from qa.checking.dates import Moment, agrees, counted_from, day_of, moments
from qa.checking.likeness import occurs
from qa.checking.names import Known, Name, known, missing, names
from qa.checking.numbers import Amount, amounts
from qa.checking.quotations import quotations, quoted_in
from qa.checking.sources import Source, evidence_of, nearest

Specific = Name | Amount | Moment


class Claims:
    """The numbers, dates, names, quotations and addresses of a text. `around` are the passages it cites.

    A "yesterday" that they do not have is counted from `as_of`, the day of asking, where it is given.
    """

    def __init__(self, text: str, around: str = "", as_of: str | None = None) -> None:
        self.text = text
        self.moments = moments(text)
        if as_of and any(moment.unit for moment in self.moments):
            there = {(moment.unit, moment.away) for moment in moments(around)}
            self.moments = [
                one if (one.unit, one.away) in there else counted_from(one, as_of) for one in self.moments
            ]
        dated = [(moment.start, moment.end) for moment in self.moments]
        self.amounts = [
            amount
            for amount in amounts(text)
            if not any(s < amount.end and amount.start < e for s, e in dated)
        ]
        self.names = names(text, around)
        self.quotations = quotations(text)
        self.addresses = addresses(text)


@dataclass(frozen=True)
class Ground:
    """A text of a source, to hold claims to: `told` is the day from which its "Thursday" is counted.

    `shown` is the day of it that the LLM was shown, where that is another, and `nearest` the sentence of the
    text that a claim is nearest to, where there are more.
    """

    text: str
    told: str | None = None
    shown: str | None = None
    nearest: str | None = None

    @cached_property
    def known(self) -> Known:
        return known(self.text)

    @cached_property
    def amounts(self) -> list[Amount]:
        return Claims(self.text).amounts

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text)

    @cached_property
    def addresses(self) -> list[str]:
        return addresses(self.text)

    @cached_property
    def published(self) -> list[Moment]:
        """The month of publication, which counts as named where the sentence has no date of its own."""
        return [] if moments(self.nearest or self.text) else day_of(self.told, whole=False)

    @cached_property
    def reported(self) -> list[Moment]:
        """The days on which the source can be said to have reported something."""
        return [*day_of(self.told, whole=True), *day_of(self.shown, whole=True)]


def text_of(source: Source) -> str:
    """The passage with the title and the source of its article, which the LLM has read too."""
    return "\n".join(filter(None, (source.passage.title, source.paper, source.text)))


def ground_of(source: Source, sentence: str) -> Ground:
    """What a sentence that cites the passage is held to."""
    told = nearest(sentence, evidence_of([source]))
    return Ground(text_of(source), source.passage.published, source.told, told.text if told else None)


def has_name(name: Name, grounds: Sequence[Ground]) -> bool:
    """Whether the texts have all words of a name, in any form."""
    return not missing(name, Known.of(ground.known for ground in grounds))


def has_amount(amount: Amount, grounds: Sequence[Ground]) -> bool:
    """Whether one of the texts gives the number."""
    return any(occurs(amount, ground.amounts) for ground in grounds)


def has_moment(moment: Moment, grounds: Sequence[Ground]) -> bool:
    """Whether one of the texts names the date; a weekday of the sentence is counted from that text's day.

    When a paper reported something is the day of its article, whatever days that names.
    """
    return any(
        agrees(
            moment,
            ground.told,
            ground.reported if moment.reported and ground.reported else [*ground.moments, *ground.published],
            ground.told,
        )
        for ground in grounds
    )


def has(specific: Specific, grounds: Sequence[Ground]) -> bool:
    """Whether the texts have the name, number or date."""
    match specific:
        case Amount():
            return has_amount(specific, grounds)
        case Moment():
            return has_moment(specific, grounds)
        case _:
            return has_name(specific, grounds)


def unfounded(claims: Claims, grounds: Sequence[Ground]) -> list[str]:
    """What the texts do not have, each as a reason: `the number 37`, `the name Keller`."""
    texts = [ground.text for ground in grounds]
    linked = {address for ground in grounds for address in ground.addresses}
    reasons = [
        *(f"the quotation “{quoted}”" for quoted in claims.quotations if not quoted_in(quoted, texts)),
        *(f"the address {address}" for address in claims.addresses if address not in linked),
        *(f"the number {amount.text}" for amount in claims.amounts if not has_amount(amount, grounds)),
        *(f"the date {moment.text}" for moment in claims.moments if not has_moment(moment, grounds)),
        *(f"the name {name.text}" for name in claims.names if not has_name(name, grounds)),
    ]
    return list(dict.fromkeys(reasons))
