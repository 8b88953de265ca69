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
# What looks as if it leaned and does not: "said that …", "is there a …", "Ada Quill and her …".
_SAYS = (
    r"sa(?:y|ys|id)|den(?:y|ies|ied)|thinks?|thought|claim(?:s|ed)?|believe[sd]?|report(?:s|ed)?|announced?|"
    r"confirm(?:s|ed)?|warn(?:s|ed)?|suggest(?:s|ed)?|insist(?:s|ed)?|argue[sd]?|admit(?:s|ted)?|know|knew|"
    r"show(?:s|ed)?|find|found|told \w+|so|fact|sure|agree[sd]?|prove[sd]?|promise[sd]?|complain(?:s|ed)?"
)
_OPENS = re.compile(r"^(?:and|but|so|or|then|also|what about|how about)\b\W*", re.IGNORECASE)
_WORD = r"(?![a-zß-öø-ÿ])[^\W\d_][\w’'.-]+"
_NO_LEANING = (
    (re.compile(rf"\b({_SAYS}) that\b(?= \w)", re.IGNORECASE), r"\1"),
    (re.compile(r"\b(is|are|was|were|be|been) there\b(?= \w)", re.IGNORECASE), r"\1"),
    (re.compile(rf"((?<!^)\b{_WORD}\b.*?) \b(?:his|her|its|their)\b(?= \w)"), r"\1"),
)
_PHRASE = rf"\b{_WORD}(?: (?:of |the )?{_WORD})*"
_NAME = re.compile(rf"(?<![.?!] )(?<!^){_PHRASE}")
_NAME_IN_ANSWER = re.compile(rf"(?!The ){_PHRASE}")
_NO_NAME = re.compile(
    r"(?:The|A|An|January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_CAPITAL = re.compile(r"(?![a-zß-öø-ÿ])[^\W\d_]\w+")
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

    @property
    def leaning(self) -> bool:
        """Whether it is not to be understood without the conversation."""
        return self.carried is not None and self.read[-1] not in self.searched


def understand(question: str, history: History) -> Understood:
    """The question by itself, or with what the conversation is about.

    One that leans on the one before (a pronoun, "And …", two words or fewer) is given the last question that
    stood alone, the last answer and the names that were spoken of, in brackets after itself, so that both
    the words and the meaning of the subject take part. It is read as it was asked, too: what it carries
    along helps one question and dilutes another.

    One that only opens as if it leaned ("And who is Ada Quill?") and has a name that was not spoken of is
    searched for both ways too.

    One that only names nobody ("How long did the talks last?") may as well begin another subject. It is
    searched for both ways, and read as it was asked. A long one is searched for and read both whole and
    without what leads up to what it asks.
    """
    if history and leans(question):
        carried = _carried(question, history)
        searched = (carried, question) if _names_another(question, history) else (carried,)
        return Understood(searched, (carried, question))
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
    for phrase, plain in _NO_LEANING:
        question = phrase.sub(plain, question)
    return bool(_LEANS.search(question))


def _names_another(question: str, history: History) -> bool:
    """Whether all that leans is how it opens, and it has a name that was not spoken of."""
    rest = _OPENS.sub("", question)
    if rest == question or leans(rest):
        return False
    said = " ".join(part for turn in history for part in turn)
    names = (name for name in _NAME.findall(rest) if not _NO_NAME.fullmatch(name))
    return any(all(word not in said for word in _CAPITAL.findall(name)) for name in names)


def _carried(question: str, history: History) -> str:
    stood = (asked for asked, _ in reversed(history) if _OWN.search(asked) and not leans(asked))
    subject = next(stood, history[0][0])
    context = subject.rstrip("? ")
    last, answer = history[-1]
    if answer and len(answer.strip()) <= LONGEST_ANSWER:
        # A colon stands between an answer and the question that it answers, and no other.
        context += f"{':' if last == subject else ';'} {answer.strip()}"
    names: list[str] = []
    for name in _names(history):
        if name not in context and name not in question and name not in names:
            names.append(name)
    context = "; ".join([context, *names[:MOST_NAMES]])
    return f"{question.rstrip('? ')}? ({context})"


def _names(history: History) -> Iterator[str]:
    """The names that were spoken of, the latest first."""
    for asked, answer in reversed(history):
        yield from (name for name in _NAME_IN_ANSWER.findall(answer) if not _NO_NAME.fullmatch(name))
        yield from _NAME.findall(asked)
