"""Questions in the style of news, made from news sentences by rule: who said it, who did it, how many, when.

Public question sets are written about encyclopaedias and single sentences; "Who denied responsibility?"
over a wire story is neither. Each rule turns one sentence into a question with the span that answers it:

    >>> made("Iran rejected the report on Tuesday.")
    [('Who rejected the report on Tuesday?', 'Iran', 0), ('When did Iran reject the report?', 'Tuesday', 28)]
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from index.articles import Article
from index.sentences import sentences
from index.splitter import split
from qa.training.examples import Candidate, Group
from qa.training.mining import PassageIndex, names_in, occurrences, swapped

SWAPPED = 0.25  # the share of questions that are asked again with another name or year in them

Made = tuple[str, str, int]  # question, answer, where the answer begins in the sentence

_PAST_AND_BASE = """
accused:accuse acquired:acquire added:add admitted:admit announced:announce appointed:appoint
approved:approve arrested:arrest attacked:attack attended:attend backed:back banned:ban blamed:blame
blocked:block called:call canceled:cancel claimed:claim closed:close condemned:condemn
confirmed:confirm created:create criticized:criticize declared:declare declined:decline
defeated:defeat defended:defend demanded:demand denied:deny described:describe discovered:discover
dismissed:dismiss donated:donate ended:end endorsed:endorse expelled:expel filed:file fired:fire
founded:found hailed:hail helped:help hired:hire hit:hit hosted:host introduced:introduce
invaded:invade issued:issue joined:join killed:kill launched:launch led:lead left:leave lost:lose
met:meet named:name offered:offer opened:open ordered:order paid:pay passed:pass pledged:pledge
praised:praise promised:promise proposed:propose published:publish raised:raise received:receive
rejected:reject released:release reported:report requested:request resigned:resign revealed:reveal
sent:send served:serve signed:sign sold:sell sued:sue supported:support testified:testify
threatened:threaten told:tell unveiled:unveil urged:urge vetoed:veto visited:visit voted:vote
warned:warn won:win wrote:write
"""
VERBS = dict(pair.split(":") for pair in _PAST_AND_BASE.split())
NAME = r"(?:[Tt]he )?[A-Z][\w’'.-]+(?:(?: of| the| de| al| bin)? [A-Z][\w’'.&-]+){0,5}"
NUMBER = (
    r"(?:\d+(?:[,.]\d+)*(?: (?:million|billion))?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"a dozen|dozens|hundreds|thousands)"
)
_ABOUT = r"(?:at least |more than |about |nearly |some )?"
DATE = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"(?:Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.|January|February|March|April|May|June|July|August|"
    r"September|October|November|December) \d{1,2}(?:, \d{4})?)"
)
DID = re.compile(rf"^(?:[^,“\"]{{3,40}}, )?(?P<who>{NAME}) (?P<verb>{'|'.join(VERBS)}) (?P<what>[^“”\"]+)$")
_QUOTED = re.compile(
    rf"^[“\"](?P<what>[^“”\"]{{25,200}}),[”\"] (?:said (?P<who>{NAME})|(?P<who2>{NAME}) (?:said|told))"
)
_SAID = re.compile(rf"^(?P<who>{NAME}) (?:said|added|argued) (?:that )?(?P<what>[^“”\"]{{25,200}})$")
_COUNT = re.compile(
    rf"\b(?P<n>{_ABOUT}{NUMBER}) (?P<what>(?!when|were|is|as|of|in)[a-z]+(?: [a-z]+)?s) "
    r"(?P<rest>(?:were|are|have been|had been|have|had) [^“”\",;]{8,80})",
)
_HARMED = re.compile(
    r"\b(?P<verb>killed|injured|wounded|arrested|displaced|destroyed|rescued|evacuated) "
    rf"(?P<n>{_ABOUT}{NUMBER}) (?P<what>(?:[A-Za-z]+ ){{0,2}}[a-z]+s)\b"
)
_WHEN = re.compile(rf"\b(?:on )?(?P<date>{DATE})\b")
_ROLE = re.compile(
    rf"(?P<who>{NAME}), (?:the|a) (?P<role>[^,“”\"]{{8,70}}"
    r"(?:director|officer|president|minister|secretary|spokes\w+|executive|head|leader|founder|chief|professor"
    r"|author|coach|captain|analyst|economist|governor|mayor|chair\w*|commissioner)[^,“”\"]{0,50}),"
)
_BREAK = re.compile(
    r"(?<!\bthe) (?=(?:in|on|at|for|after|as|while|and|but|during|from|with|because|when|by)\b)"
)
VAGUE = re.compile(
    r"^(?:The|It|He|She|They|This|That|These|Those|We|You|I|His|Her|Their|But|And|In|At|On|For|As|If|When|There|"
    r"What|Who|Some|Many|Most|Others?|One|Both|Another|An?|First|Then|While|From|Left|With|After|Before|Because|"
    r"Since|Although|By|To|Not|So|Now|How|Why|Where|My|Our|Its|Those|Here|Also|Or|Even|All)$"
)


def made(sentence: str, rng: random.Random | None = None) -> list[Made]:
    """Every question that a rule makes of the sentence; `rng` shortens some as people do."""
    found = [*_who(sentence, rng), *_speakers(sentence, rng), *_counts(sentence), *_roles(sentence)]
    return [
        (question, answer.rstrip("."), at)
        for question, answer, at in found
        if len(question.split()) > 4 and not VAGUE.match(answer.split()[0])
    ]


@dataclass(frozen=True, slots=True)
class WireExample:
    """A made question, the passage that answers it, and the answer's (start, end) in that passage."""

    question: str
    answer: str
    title: str
    passage: str
    gold: tuple[int, int]
    published: str | None = None


def wire_examples(articles: Iterable[Article], seed: int, each: int) -> Iterator[WireExample]:
    """At most `each` questions of every article, no more than one of them `Who said …?`."""
    rng = random.Random(seed)
    for article in articles:
        found = [
            WireExample(
                question,
                answer,
                article.title,
                passage.text,
                (start + at, start + at + len(answer)),
                article.published,
            )
            for passage in split(article)
            for start, end in sentences(passage.text)
            for question, answer, at in made(passage.text[start:end], rng)
        ]
        rng.shuffle(found)
        said = [example for example in found if example.question.startswith("Who said")][:1]
        other = [example for example in found if not example.question.startswith("Who said")]
        yield from (other + said)[:each]


def wire_groups(
    articles: Iterable[Article], index: PassageIndex, seed: int, each: int = 3, others: int = 2
) -> Iterator[Group]:
    """Made questions, each beside passages that a search ranks high without the answer; some swapped."""
    rng = random.Random(seed)
    examples = list(wire_examples(articles, seed, each))
    names = sorted({name for example in examples for name in names_in(example.question)})
    for example in examples:
        own = Candidate(example.title, example.passage, (example.gold,), example.published)
        found = [
            passage
            for passage in index.search(example.question, others + 3)
            if passage.text != example.passage and not occurrences(passage.text, [example.answer])
        ]
        yield Group(example.question, (own, *found[:others]), "wire")
        if rng.random() < SWAPPED:
            other = swapped(example.question, example.passage, [example.answer], names, rng)
            if other:
                yield Group(other, (replace(own, golds=()),), "wire-swapped")


def _who(sentence: str, rng: random.Random | None) -> Iterator[Made]:
    body = sentence.rstrip(".")
    if not (match := DID.match(body)):
        return
    who, verb = match["who"], match["verb"]
    yield f"Who {verb} {shortened(match['what'], rng)}?", who, match.start("who")
    when = _WHEN.search(body, match.start("what"))
    if when and not VAGUE.match(who.split()[0]):
        rest = (body[match.start("what") : when.start()] + body[when.end() :]).strip(" ,")
        if len(rest) > 8:
            yield f"When did {who} {VERBS[verb]} {shortened(rest, rng)}?", when["date"], when.start("date")


def _speakers(sentence: str, rng: random.Random | None) -> Iterator[Made]:
    if match := _QUOTED.match(sentence):
        name = "who" if match["who"] else "who2"
        yield f"Who said {_lowered(shortened(match['what'], rng))}?", match[name], match.start(name)
    elif match := _SAID.match(sentence.rstrip(".")):
        yield f"Who said {_lowered(shortened(match['what'], rng))}?", match["who"], match.start("who")


def _counts(sentence: str) -> Iterator[Made]:
    if match := _COUNT.search(sentence):
        rest = match["rest"].rstrip(". ")
        yield f"How many {match['what']} {rest}?", match["n"], match.start("n")
    if match := _HARMED.search(sentence):
        yield f"How many {match['what']} were {match['verb']}?", match["n"], match.start("n")


def _roles(sentence: str) -> Iterator[Made]:
    if match := _ROLE.search(sentence):
        yield f"Who is the {match['role']}?", match["who"], match.start("who")


def shortened(words: str, rng: random.Random | None) -> str:
    """The words up to the first comma, and sometimes only up to a joint of the sentence."""
    words = re.split(r"[,;] | — ", words, maxsplit=1)[0].strip(" .,;:–-—?!")
    if rng and (rng.random() < 0.6 or len(words) > 90):
        joints = [m.start() for m in _BREAK.finditer(words) if m.start() > 12]
        if joints:
            return words[: rng.choice(joints[:2])]
    return words


def _lowered(words: str) -> str:
    """A clause as it stands after `Who said`: its first letter small unless it is a name's or `I`."""
    first = words.split(" ", 1)[0]
    common = VAGUE.match(first) and first != "I"
    return words[0].lower() + words[1:] if common else words
