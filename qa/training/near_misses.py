"""Near misses, made from news by rule: the passage tells of the person or the deed, not of what is asked.

"What was the name of the British medic?" over a story that leaves him unnamed is what a reader answers
wrongly, and what few public questions teach it to refuse. Each rule looks that the passage does not say, and
gives the answer where it does say, so that no form of question means a refusal by itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from index.articles import Article
from index.sentences import sentences
from index.splitter import split
from qa.training.examples import Candidate, Group
from qa.training.wire import DATE, DID, NAME, NUMBER, VAGUE, VERBS, shortened

Golds = tuple[tuple[int, int], ...]
Asked = tuple[str, Golds]  # a question over a passage, and where the passage answers it: nowhere, mostly

_ROLES = (
    "medic|soldier|officer|driver|pilot|doctor|nurse|teacher|student|victim|suspect|gunman|contractor|lawyer"
    "|spokesman|spokeswoman|producer|farmer|sailor|firefighter|witness|neighbor|reporter|translator|engineer"
    "|passenger|commander|judge|prosecutor|widow|brother|sister|mother|father|son|daughter|husband|wife"
)
_UNNAMED = re.compile(rf"\b(?:a|an|the|one|another|his|her) (?P<kind>(?:[A-Z]?[a-z]+ )?(?:{_ROLES}))\b")
_PERSON = re.compile(
    r"\b(?P<name>[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]{2,})\b"
    r"(?:(?P<age>, (?P<years>\d{2}),)| (?:said|says|told|added)\b)"
)
_PLACE = re.compile(r"\b(?:in|at|near|outside|inside|from|on|across|over|around) (?:the |a |an )?[A-Z]")
_REASON = re.compile(
    r"\b(?:because|since|after|over|amid|due|to|for|so|as|when|following|despite|if|in order|reason\w*)\b"
)
_TIME = re.compile(
    rf"\b(?:{DATE})\b|\b(?:19|20)\d\d\b"
    r"|\b(?:yesterday|today|last|this|ago|earlier|week|month|year)\b"
)
_PLURAL = re.compile(
    r"\b(?:the|of|with|killed|wounded|hit|other|more|against|that|by) (?P<what>soldiers|troops|people|workers"
    r"|officers|students|protesters|houses|homes|buildings|schools|vehicles|victims|civilians|residents|children"
    r"|passengers|members|flights|stores|jobs|deaths|cases)\b"
)
_AGES = re.compile(r"\b\d{1,2}[- ]year|\baged?\b|, \d\d,")


def near_miss_groups(articles: Iterable[Article], seed: int, each: int = 4) -> Iterator[Group]:
    """At most `each` questions of an article, of as many rules as there are, over the passage they came from.

    Where that passage answers, sometimes another one of the article stands beside it.
    """
    rng = random.Random(seed)
    for article in articles:
        passages = [passage.text for passage in split(article)]
        made = [
            [(text, question, golds) for text in passages for question, golds in rule(text)]
            for rule in _RULES
        ]
        picked = [rng.choice(found) for found in made if found]
        for text, question, golds in rng.sample(picked, min(each, len(picked))):
            candidates = [Candidate(article.title, text, golds, article.published)]
            others = [other for other in passages if other != text and golds]
            if others:
                candidates.append(Candidate(article.title, rng.choice(others), published=article.published))
            yield Group(question, tuple(candidates), "near-miss")


def _names(passage: str) -> Iterator[Asked]:
    for match in _UNNAMED.finditer(passage):
        kind = match["kind"]
        role = kind.split()[-1]
        named = re.search(
            rf"\b{role},? (?P<name>{NAME})|(?P<before>{NAME}), (?:a|an|the|his|her) [^,.]*\b{role}\b", passage
        )
        if not named:
            yield f"What was the name of the {kind}?", ()
        elif (name := named["name"]) and not (VAGUE.match(name.split()[0]) or re.match(DATE, name)):
            start = named.start("name")
            end = start + len(name.split(". ")[0].rstrip("."))
            yield f"What is the name of the {role}?", ((start, end),)


def _ages(passage: str) -> Iterator[Asked]:
    for match in _PERSON.finditer(passage):
        if match["age"]:
            yield f"How old is {match['name']}?", (match.span("years"),)
        elif not _AGES.search(passage) and not VAGUE.match(match["name"].split()[0]):
            yield f"How old is {match['name']}?", ()


def _counts(passage: str) -> Iterator[Asked]:
    for match in _PLURAL.finditer(passage):
        number = rf"(?:{NUMBER}|\bmany|\bmost|\bsome|%|percent)"
        if not re.search(rf"{number}(?: [\w-]+){{0,3}} {match['what']}\b", passage, re.IGNORECASE):
            yield f"How many {match['what']} were there?", ()


def _whens(passage: str) -> Iterator[Asked]:
    for deed, _, around in _deeds(passage):
        if not _TIME.search(around):
            yield f"When {deed}", ()


def _wheres(passage: str) -> Iterator[Asked]:
    for deed, sentence, _ in _deeds(passage):
        if not _PLACE.search(sentence):
            yield f"Where {deed}", ()


def _whys(passage: str) -> Iterator[Asked]:
    for deed, sentence, _ in _deeds(passage):
        if not _REASON.search(sentence):
            yield f"Why {deed}", ()


def _deeds(passage: str) -> Iterator[tuple[str, str, str]]:
    """For each sentence in which somebody did something: the deed as asked, the sentence, what is around."""
    for start, end in sentences(passage):
        sentence = passage[start:end]
        did = DID.match(sentence.rstrip("."))
        if not did or VAGUE.match(did["who"].split()[0]):
            continue
        deed = f"did {did['who']} {VERBS[did['verb']]} {shortened(did['what'], None)}?"
        yield deed, sentence, passage[max(0, start - 160) : end + 160]


_RULES = (_names, _ages, _counts, _whens, _wheres, _whys)
