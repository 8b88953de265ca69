"""A follow-up as an LLM rewrote it: whether that can be the same question."""

from __future__ import annotations

import re

from qa.conversation import History


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


LONGEST = 200  # characters more than the follow-up has
MOST_NEW = 2  # words that nobody said: "did", "happened"
_LABEL = re.compile(r"^(?:rewritten |standalone |last )?question:\s*", re.IGNORECASE)
_NAME = re.compile(r"(?<!^)\b[A-Z]\w+")
_LINKING = _words(
    "a about an and another are as at be been but by can could did do does else for from had has have "
    "he her hers him his how in is it its of on one ones or other she so that the their theirs them "
    "then there these they this those to was were what when where which who whose why will with would"
)


def rewritten(said: str, question: str, history: History) -> str | None:
    """The question in what an LLM said; None where that is something else.

    It is one line, hardly longer than what it was made of, keeps a word of the question, and brings no
    name, no number and hardly a word that nobody said.
    """
    lines = [line.strip() for line in said.strip().splitlines() if line.strip()]
    line = _LABEL.sub("", lines[0]).strip('"“”* ') if len(lines) == 1 else ""
    if not line.endswith("?") or len(line) > len(question) + LONGEST:
        return None
    new = _words(line) - _words(" ".join((question, *(part for turn in history for part in turn)))) - _LINKING
    named = _words(" ".join(_NAME.findall(line)))
    if len(new) > MOST_NEW or any(word in named or word.isdigit() for word in new):
        return None
    kept = _words(question) - _LINKING
    return line if not kept or kept & _words(line) else None
