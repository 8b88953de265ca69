"""What in a sentence can be held to a passage to the letter: its numbers, dates, names and quotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.checking.dates import Moment, agrees, moments
from qa.checking.names import Known, Name, known, missing, names
from qa.checking.numbers import Amount, amounts, occurs
from qa.checking.quotations import quotations, quoted_in
from qa.checking.sources import Source

Specific = Name | Amount | Moment


class Claims:
    """The numbers, dates, names and quotations of one text. `around` are the passages that it cites."""

    def __init__(self, text: str, around: str = "") -> None:
        self.moments = moments(text)
        dated = [(moment.start, moment.end) for moment in self.moments]
        self.amounts = [
            amount
            for amount in amounts(text)
            if not any(s < amount.end and amount.start < e for s, e in dated)
        ]
        self.names = names(text, around)
        self.quotations = quotations(text)


@dataclass(frozen=True)
class Ground:
    """A text of a source, to hold claims to: `told` is the day from which its "Thursday" is counted."""

    text: str
    told: str | None = None

    @cached_property
    def known(self) -> Known:
        return known(self.text)

    @cached_property
    def amounts(self) -> list[Amount]:
        return Claims(self.text).amounts

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text)


def ground_of(source: Source) -> Ground:
    """The passage with its article's title, which the LLM has read too."""
    return Ground(f"{source.passage.title}\n{source.text}", source.passage.published)


def has_name(name: Name, grounds: Sequence[Ground]) -> bool:
    """Whether the texts have all words of a name, in any form."""
    lacking = set(name.words)
    for ground in grounds:
        lacking &= set(missing(name, ground.known))
    return not lacking


def has_amount(amount: Amount, grounds: Sequence[Ground]) -> bool:
    """Whether one of the texts gives the number."""
    return any(occurs(amount, ground.amounts) for ground in grounds)


def has_moment(moment: Moment, grounds: Sequence[Ground]) -> bool:
    """Whether one of the texts names the date; a weekday of the sentence is counted from that text's day."""
    return any(agrees(moment, ground.told, ground.moments, ground.told) for ground in grounds)


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
    return list(
        dict.fromkeys(
            [
                *(
                    f"the quotation “{quoted}”"
                    for quoted in claims.quotations
                    if not quoted_in(quoted, texts)
                ),
                *(
                    f"the number {amount.text}"
                    for amount in claims.amounts
                    if not has_amount(amount, grounds)
                ),
                *(f"the date {moment.text}" for moment in claims.moments if not has_moment(moment, grounds)),
                *(f"the name {name.text}" for name in claims.names if not has_name(name, grounds)),
            ]
        )
    )
