"""Follow-ups without a language model: a question that leans on the one before carries its subject along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.wording import heart

History = Sequence[tuple[str, str]]

LONGEST_ANSWER = 80  # characters of the last answer that are carried
MOST_NAMES = 8

_LEANS = re.compile(
    r"^(?:and|but|so|or|then|also|what about|how about|why|how so|when|where|who else|what else)\b[^a-z]*$"
    r"|^(?:and|but|so|or|then|also|what about|how about)\b"
    r"|\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there|then|one|ones|else)\b",
    re.IGNORECASE,
)
_WORD = r"[A-Z][\w’'.-]+"
_NAME = re.compile(rf"(?<![.?!] )(?<!^)\b{_WORD}(?: (?:of |the )?{_WORD})*")
_OWN = re.compile(rf"(?<!^)\b(?:{_WORD}|\d{{4}}\b)")


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question is taken: the wordings that are `searched` for, and those it is `read` in."""

    searched: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def carried(self) -> str | None:
        """The wording that a conversation gave it; None where it stands alone."""
        return next((wording for wording in self.searched if wording != self.read[-1]), None)


def understand(question: str, history: History) -> Understood:
    """The question by itself, or with what the conversation is about.

    One that leans on the one before (a pronoun, "And …", two words or fewer) is given the last question that
    stood alone, the last answer and the names that were spoken of, in brackets after itself, so that both
    the words and the meaning of the subject take part. It is read as it was asked, too: what it carries
    along helps one question and dilutes another.

    One that only names nobody ("How long did the talks last?") may as well begin another subject. It is
    searched for both ways, and read as it was asked. A long one is searched for and read both whole and
    without what leads up to what it asks.
    """
    if history and leans(question):
        carried = _carried(question, history)
        return Understood((carried,), (carried, question))
    if history and not _OWN.search(question):
        return Understood((question, _carried(question, history)), (question,))
    asked = heart(question)
    if asked:
        return Understood((asked, question), (asked, question))
    return Understood((question,), (question,))


def leans(question: str) -> bool:
    """Whether the question needs the one before it to be understood."""
    words = re.findall(r"\w+", question)
    if len(words) <= 2 and not _OWN.search(question):
        return True
    return bool(_LEANS.search(question))


def _carried(question: str, history: History) -> str:
    stood = (asked for asked, _ in reversed(history) if _OWN.search(asked) and not leans(asked))
    subject = next(stood, history[0][0])
    context = subject.rstrip("? ")
    answer = history[-1][1].strip()
    if answer and len(answer) <= LONGEST_ANSWER:
        context += f": {answer}"
    names: list[str] = []
    for name in _names(history):
        if name not in context and name not in question and name not in names:
            names.append(name)
    context = "; ".join([context, *names[:MOST_NAMES]])
    return f"{question.rstrip('? ')}? ({context})"


def _names(history: History) -> Iterator[str]:
    """The names that were spoken of, the latest first."""
    for asked, answer in reversed(history):
        yield from _NAME.findall(answer)
        yield from _NAME.findall(asked)
