"""Questions made of one news sentence by rule, each with the answer that the sentence gives.

    >>> for made in questions("Ada Quill, the mayor of Velden, said the bridge had cost 12 million euros."):
    ...     print(made.question, "–", made.answer)
    What did Ada Quill say about the bridge? – the bridge had cost 12 million euros
    Who is Ada Quill? – the mayor of Velden

A rule only knows the form of a sentence, so it may go wrong. What a person would trip over is left out here
(`clear`); whether the articles answer a question is for its user to try.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from qa import question_forms as forms
from qa.conversation import leans
from qa.training.wire import VAGUE, shortened

LONGEST = 100  # characters of a question
SPEECH = "speech"  # the rule that knows least: of a sentence, only whose words it tells


class Made(NamedTuple):
    """A question, what its sentence answers, and by which rule it was made."""

    rule: str
    question: str
    answer: str


Given = Mapping[str, str]  # whole names by the last ones
Found = Iterator[tuple[str, str]]


def questions(sentence: str, full: Given | None = None) -> Iterator[Made]:
    """What can be asked of the sentence; `full` are the whole names of whom it calls by the last one."""
    line = " ".join(sentence.split())
    for rule, make in _RULES.items():
        for question, answer in make(line, full or {}):
            made = Made(rule, question, answer.strip(" ,;.–-—"))
            if clear(made):
                yield made


def clear(made: Made) -> bool:
    """Whether the question can be understood by itself, and its answer is one."""
    return not (
        len(made.question) > LONGEST
        or leans(made.question)
        or forms.UNCLEAR.search(forms.ASKING.sub("", made.question))
        or re.search(r"['’]m\b|ly$", made.answer)
        or VAGUE.match(made.answer)
    )


def _people(line: str) -> Iterator[tuple[str, str]]:
    """Whole names, each with what the line says its bearer is."""
    for match in (*forms.IS_WHO.finditer(line), *forms.CALLED.finditer(line)):
        who = forms.TITLES.sub("", match["who"])
        if _somebody(who) and not forms.DULL.match(match["told"]):
            yield who, match["told"]


def _identity(line: str, _: Given) -> Found:
    for who, told in _people(line):
        yield f"Who is {who}?", told


def _offices(line: str, _: Given) -> Found:
    for who, told in _people(line):
        if forms.OFFICE.match(told):
            yield f"Who is {told if told.startswith('the ') else f'the {told}'}?", who


def _things(line: str, _: Given) -> Found:
    for match in (*forms.IS_WHAT.finditer(line), *forms.DEFINED.finditer(line)):
        person = re.search(rf"\b(?:{forms.ROLE}|who)\b", match["told"])
        if _named(match["who"]) and not person and not re.match(r"\w+ly$|Overall|Today", match["who"]):
            yield f"What is {match['who']}?", match["told"]


def _ages(line: str, _: Given) -> Found:
    for match in (match for pattern in forms.AGE for match in pattern.finditer(line)):
        who = forms.TITLES.sub("", match["who"])
        if _somebody(who):
            yield f"How old is {who}?", match["told"]


def _sums(line: str, _: Given) -> Found:
    if (match := forms.PAID.match(line)) and _named(match["who"]):
        yield f"How much did {_whom(match)} {_base(match)}{_end(match['rest'])}?", match["told"]
    if (match := forms.BOUGHT.match(line)) and _named(match["who"]):
        did = f"sell {match['what']} for" if match["verb"] == "sold" else f"pay for {match['what']}"
        yield f"How much did {_whom(match)} {did}?", match["told"]


def _counts(line: str, _: Given) -> Found:
    if (match := forms.GOT.match(line)) and _named(match["who"]) and not re.search(r"\d", match["rest"]):
        yield (
            f"How many {match['what']} did {_whom(match)} {_base(match)}{_end(match['rest'])}?",
            match["told"],
        )
    match = forms.COUNT.search(line)
    if match and not match["what"].startswith(("million", "billion")):
        rest = match["rest"].split(" and ")[0]  # what follows may be another sentence
        if len(rest.split()) > 2:
            yield f"How many {match['what']} {_end(rest)}?", match["told"]
    if match := forms.SHARE.search(line):
        yield f"What percentage of {_end(match['rest'])}?", match["told"]


def _deeds(line: str, _: Given) -> Found:
    if (match := forms.ACT.match(line.rstrip("."))) and _acts(match):
        what = shortened(match["what"], None)
        if len(what.split()) >= 3 and not forms.LOOSE_END.match(what):
            yield f"Who {match['verb']} {what}?", match["who"]
    if match := forms.BY.match(line):
        yield f"Who {match['verb']} {_lowered(match['what'])}{_end(match['rest'])}?", match["told"]


def _reasons(line: str, _: Given) -> Found:
    match = forms.REASON.match(line.rstrip("."))
    if match and _acts(match):
        yield f"Why did {_whom(match)} {_base(match)} {match['what']}?", match["told"]


def _plans(line: str, _: Given) -> Found:
    if (match := forms.PLAN.match(line.rstrip("."))) and _named(match["who"]):
        verb = match["verb"]
        do = "does" if verb.endswith("s") else "did"
        yield f"What {do} {_whom(match)} {forms.INTENDS[verb]} to do?", match["told"]
    if (match := forms.WILL.match(line)) and _named(match["who"].removeprefix("The ")):
        yield f"When will {_lowered(match['who'])} {match['verb']}{match['mid']}?", match["told"]


def _objects(line: str, _: Given) -> Found:
    match = forms.OBJECT.match(line)
    if match and _acts(match) and match["verb"] not in ("took", "gave", "made", "held", "found", "praised"):
        yield f"What did {_whom(match)} {_base(match)} {_end(match['rest'])}?", match["told"]


def _times(line: str, _: Given) -> Found:
    for pattern, asking in ((forms.DONE, "When"), (forms.WHERE, "Where")):
        if (match := pattern.match(line)) and _named(match["who"]):
            yield (
                f"{asking} {match['be']} {_lowered(match['who'])} {match['verb']}{match['mid']}?",
                match["told"],
            )
    match = forms.ACT.match(line)
    if match and _acts(match) and (when := forms.WHEN.search(match["what"])):
        rest = match["what"][: when.start()].strip(" ,")
        if len(rest) > 8:
            yield f"When did {_whom(match)} {_base(match)} {shortened(rest, None)}?", when["told"]


def _views(line: str, full: Given) -> Found:
    match = next(filter(None, (pattern.search(line) for pattern in forms.VIEWS)), None)
    if match is None or forms.NO_TOPIC.search(match["topic"]):
        return
    if forms.FUNCTION.fullmatch(match["topic"].split(maxsplit=1)[0]):
        return
    who = _whom(match)
    if len(who) > 3 and (_named(who) or who.startswith("the ")):
        verb = "find" if re.match(rf"{re.escape(match['who'])} found\b", line) else "say"
        topic = _lowered(match["topic"])
        yield f"What did {full.get(who, who)} {verb} about {topic}?", f"{topic} {match['told']}"


def _speech(line: str, full: Given) -> Found:
    for match in forms.SPOKE.finditer(line):
        said = forms.TITLES.sub("", match["by"] or match["who"])
        who = full.get(said, said)
        if who and _somebody(who):
            yield f"What did {who} say?", line


_RULES: Mapping[str, Callable[[str, Given], Found]] = {
    "views": _views,
    "sums": _sums,
    "counts": _counts,
    "deeds": _deeds,
    "reasons": _reasons,
    "plans": _plans,
    "objects": _objects,
    "times": _times,
    "identity": _identity,
    "offices": _offices,
    "things": _things,
    "ages": _ages,
    SPEECH: _speech,
}


def _somebody(who: str) -> bool:
    """Whether this is a person's whole name."""
    first = who.split(maxsplit=1)[0].lower()
    return _named(who) and " " in who and not forms.NOBODY.search(who) and not re.fullmatch(forms.ROLE, first)


def _named(who: str) -> bool:
    return not VAGUE.match(who.split(maxsplit=1)[0])


def _acts(match: re.Match[str]) -> bool:
    """Whether somebody of a name did something that can be asked about without its object."""
    return _named(match["who"]) and match["verb"] not in forms.LOOSE


def _whom(match: re.Match[str]) -> str:
    """Who did it, as it stands inside a question."""
    return _lowered(forms.TITLES.sub("", match["who"]) or match["who"])


def _base(match: re.Match[str]) -> str:
    return forms.PAST[match["verb"]]


def _lowered(words: str) -> str:
    """The words as they stand inside a sentence: the first one small unless it is a name's."""
    first, _, rest = words.partition(" ")
    if first == "The":
        return f"the {rest}"
    common = VAGUE.match(first) or re.fullmatch(
        r"[A-Z][a-z]+(?:ors|ers|ists|ials|ing|tion|ment)|Police|People", first
    )
    return words[0].lower() + words[1:] if common and not re.match("[A-Z]", rest) else words


def _end(rest: str) -> str:
    """The rest of a sentence up to its first comma."""
    cut = shortened(rest, None)
    return f" {cut}" if rest.startswith(" ") and cut else cut
