"""Follow-ups without a language model: a question that leans on the one before carries its subject along."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LEANS = re.compile(
    r"^(?:and|but|so|or|then|also|what about|how about|why|how so|when|where|who else|what else)\b[^a-z]*$"
    r"|^(?:and|but|so|or|then|also|what about|how about)\b"
    r"|\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there|then|one|ones|else)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w’'.-]+")


def understand(question: str, history: Sequence[tuple[str, str]]) -> str:
    """The question as it is searched and read: by itself, or with what the conversation is about.

    A question that leans on the one before (a pronoun, "And …", two words or fewer without a name)
    is given the last question that stood alone, and the last answer, as its context, in brackets after
    itself, so that both the words and the meaning of the subject take part.
    """
    if not history or not leans(question):
        return question
    subject = next((asked for asked, _ in reversed(history) if not leans(asked)), history[0][0])
    last_answer = history[-1][1].strip()
    context = subject.rstrip("? ")
    if last_answer and len(last_answer) <= 80:
        context += f": {last_answer}"
    return f"{question.rstrip('? ')}? ({context})"


def leans(question: str) -> bool:
    """Whether the question needs the one before it to be understood."""
    words = re.findall(r"\w+", question)
    if len(words) <= 2 and not _NAME.search(question):
        return True
    return bool(_LEANS.search(question))
