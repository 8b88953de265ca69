"""The forms of news sentences that `qa.questions` knows, and the words that they are made of.

Where a form says who did something, the groups are `who`, `verb` and `what` or `rest`; `told` is the answer.
"""

from __future__ import annotations

import re

from qa.training.wire import DATE, NAME, NUMBER, VERBS


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_WORD = r"[A-Z][\w’-]+"
FULL = rf"{_WORD}(?: [A-Z]\.)?(?: (?:de|bin|al|van|von|der|la))?(?: {_WORD}){{1,2}}(?!['’])\b"
NOBODY = re.compile(
    r"(?:^| )(?:House|Street|University|County|Company|Inc|Solutions|Awards|Christmas|Department|City|"
    r"Center|Council|"
    r"School|Park|Group|Party|Court|Committee|Museum|Hospital|News|Times|Post|States|Kingdom|Union|"
    r"League)\b|['’]s$"
)
ROLE = _any(
    r"activist actor actress advis[eo]r ambassador analyst anchor architect artist astronaut attorney "
    r"author CEO captain chair\w* chef chief coach comedian commissioner congress(?:man|woman) "
    r"coordinator curator designer director doctor economist editor engineer executive expert fellow "
    r"founder governor guitarist head historian host journalist judge lawyer leader manager mayor "
    r"minister musician officer official owner physician premier president producer professor prosecutor "
    r"psychologist quarterback rapper reporter representative researcher scientist secretary senator "
    r"singer speaker spokes\w+ strategist superintendent teacher veteran winner writer"
)
_OFFICE = _any("Minister President Secretary Director Speaker Chairman Chairwoman Commissioner Governor")
_THING = _any(
    r"agency airline album app association band bank bill chain charity city club company conference "
    r"county device disease drug festival film firm fund game group hotel institute island law league "
    r"maker medication medicine movement movie museum network nonprofit novel organi[sz]ation park party "
    r"plant platform podcast program(?:me)? project provider region retailer restaurant rocket satellite "
    r"school series service show site software spacecraft startup store suburb tool town tribe union "
    r"university vaccine village virus volcano website"
)
TITLES = re.compile(
    r"^(?:(?:Rep|Sen|Gov|Dr|Mr|Mrs|Ms|Gen|Lt|Col|Sgt|Prof|Capt|Pastor|Judge|Mayor|Coach|Speaker|"
    r"President|Republican|"
    r"Democratic|Former|Justice|Secretary|Senator|Attorney|General)\.? )+"
)
_AUX = _any(
    r"is are was were has have had will would could should can may might must did does do needs? wants? "
    r"plans? remains? shows? makes? became came went gives? takes? includes? continues? expects? helps? "
    r"means? found made took gets? showed added lacks? lost died fell rose"
)
_MORE = """
averted:avert beat:beat bought:buy broke:break brought:bring built:build captured:capture
celebrated:celebrate changed:change chose:choose collected:collect completed:complete conducted:conduct
covered:cover crossed:cross cut:cut defied:defy delayed:delay delivered:deliver developed:develop
directed:direct drew:draw dropped:drop earned:earn expanded:expand extended:extend faced:face fined:fine
found:find gave:give held:hold inspired:inspire invented:invent made:make moved:move performed:perform
played:play posted:post produced:produce recalled:recall recorded:record removed:remove renewed:renew
replaced:replace saved:save scored:score shared:share showed:show spent:spend started:start stopped:stop
surprised:surprise suspended:suspend took:take tested:test topped:top used:use wore:wear
"""
PAST = VERBS | dict(pair.split(":") for pair in _MORE.split())
_DID = rf"(?P<verb>{_any(' '.join(PAST))})"
_SUBJECT = (
    rf"(?P<who>{NAME}(?: (?:administration|government|officials|police|company|council|campaign|family))?)"
    r"(?:,? (?:on \w+day|\w+day|officially|recently|also|first|once|later|previously))?"
)
_ABOUT = r"(?i:at least |more than |about |nearly |almost |some |around |up to |roughly |over )?"
_MONEY = rf"{_ABOUT}[$£€]\d[\d,.]*(?: (?:million|billion|trillion))?"
_PART = r"[a-z]+(?:ed|wn|ght|ld|orn|ven|ken)"
_MONTH = _any("January February March April May June July August September October November December")
_NOT_MONTH = rf"(?!{_MONTH}\b)"
_WHO_TALKS = (
    rf"(?P<who>{_WORD}(?: [A-Z]\.)?(?: {_WORD}){{0,3}}|(?:[Tt]he )?(?:[Rr]esearchers|[Ss]cientists|"
    rf"[Oo]fficials|"
    r"[Pp]olice|[Aa]uthorities|[Pp]rosecutors|[Ee]xperts|[Ss]tudy|[Rr]eport|[Cc]ompany|[Aa]gency|[Uu]nion))"
)
_TOPIC = rf"(?P<topic>(?:[\w’%-]+ ){{0,4}}?[\w’-]+) (?P<told>{_AUX}(?:n['’]t)? [^“”\"]{{8,160}}?)"
IS_WHO = re.compile(
    rf"(?P<who>{FULL}), (?P<told>(?:an?|the) (?=[a-z])[^,;:“”\"]{{0,50}}\b{ROLE}\b[^,;:“”\"]{{0,60}})[,.]"
)
CALLED = re.compile(
    r"(?P<told>(?:former |longtime )?(?:(?!The )[A-Z][\w’'-]+ ){1,4}(?:(?!(?:of|by|and|to|for|with|in|"
    r"at|from|as|the) )"
    rf"[a-z]+ )?(?:{ROLE}|{_OFFICE})) (?P<who>{FULL})"
)
IS_WHAT = re.compile(
    rf"(?<!\bin )(?<!\bthe )(?<![A-Z]\w )(?P<who>{_WORD}(?: {_WORD}){{0,3}}), (?P<told>(?:an?|the) "
    rf"(?=[a-z])"
    rf"(?:[\w’-]+ ){{0,3}}{_THING}\b[^,;:“”\"]{{8,70}})[,.]"
)
DEFINED = re.compile(
    rf"^(?P<who>{_WORD}(?: {_WORD}){{0,3}}) (?:is|was) (?P<told>an? (?=[a-z])(?:[\w’-]+ ){{0,3}}{_THING}\b"
    r"[^,;:“”\"]{8,70})[,.]"
)
OFFICE = re.compile(r"(?:the )?(?!(?:former|late|longtime)\b)[^,]*\b(?:of|at|in)\b|(?=[A-Z])(?!Former)")
AGE = (
    re.compile(rf"(?P<who>{FULL}), (?P<told>\d\d),"),
    re.compile(rf"\b(?P<told>\d\d)-year-old (?P<who>{FULL})"),
)
PAID = re.compile(rf"^{_SUBJECT} {_DID} (?P<told>{_MONEY})(?P<rest>[^“”\",;]{{0,60}})")
GOT = re.compile(
    rf"^{_SUBJECT} {_DID} (?P<told>{_ABOUT}{NUMBER}) "
    r"(?P<what>(?:[a-z]+ ){0,2}[a-z]{3,}s)\b(?P<rest>[^“”\",;]{0,60})"
)
COUNT = re.compile(
    rf"\b(?P<told>{_ABOUT}{NUMBER}) (?P<what>(?:[a-z]+ )?[a-z]{{2,}}s|people|women|men|children) "
    r"(?P<rest>(?:were|are|have been|had been|have|had|died|attended|took|live|work|lost|signed|voted|"
    r"participated|remain|suffered|gathered|joined|won|received|reported|said|use|lived|worked) "
    r"(?!also|down|up|now|already|still|in\b|as\b)[^“”\",;]{6,70})"
)
SHARE = re.compile(
    rf"\b(?P<told>{_ABOUT}\d[\d.]*(?:%| percent| per cent)) of "
    rf"(?P<rest>(?:[\w’'.-]+ ){{1,6}}(?:{_AUX}|said|say|says|lives?|uses?|supports?|believes?|thinks?|"
    rf"works?|voted|"
    r"reported|plan|want) [^“”\",;]{4,70})"
)
DONE = re.compile(
    rf"^(?P<who>(?:[Tt]he (?:[a-z]+ ){{0,3}})?{NAME}(?: [a-z]+)?) (?P<be>was|were) (?P<verb>{_PART})"
    rf"(?P<mid>(?: (?!on\b|in\b|and\b)[\w’'.-]+){{0,5}}) (?:on|in) (?P<told>{DATE}|{_MONTH} \d{{4}}|"
    rf"(?:19|20)\d\d)\b"
)
WHERE = re.compile(
    rf"^(?P<who>(?:[Tt]he (?:[a-z]+ ){{0,3}})?{NAME}) (?P<be>was|were) (?P<verb>{_PART})"
    rf"(?P<mid>(?: (?!on\b|in\b|at\b|and\b|by\b)[\w’'.-]+){{0,4}}) (?P<told>(?:in|at) "
    rf"{_NOT_MONTH}(?:the )?{_WORD}"
    rf"(?:,? {_WORD}){{0,3}})"
)
BOUGHT = re.compile(
    rf"^{_SUBJECT} (?P<verb>bought|acquired|sold) (?P<what>[^,;“”\"]{{3,50}}?) for (?P<told>{_MONEY})"
)
ACT = re.compile(rf"^(?:[^,“\"]{{3,40}}, )?{_SUBJECT} {_DID} (?P<what>[^“”\"]+)$")
WHEN = re.compile(rf"\b(?:on |in )?(?P<told>{DATE}|{_MONTH} \d{{4}}|(?:19|20)\d\d)\b")
REASON = re.compile(
    rf"^(?:[^,“\"]{{3,40}}, )?{_SUBJECT} {_DID} (?P<what>[^“”\",;]{{5,80}}?),? because (?!of\b)"
    r"(?P<told>[^“”\";]{10,140})$"
)
_INTENDS = (  # as it is told, and what was or is done
    "agreed:agree decided:decide declined:decline hoped:hope intended:intend offered:offer planned:plan "
    "pledged:pledge promised:promise refused:refuse threatened:threaten tried:try vowed:vow wanted:want "
    "aims:aim hopes:hope intends:intend plans:plan promises:promise refuses:refuse seeks:seek "
    "threatens:threaten tries:try wants:want"
)
INTENDS = dict(pair.split(":") for pair in _INTENDS.split())
PLAN = re.compile(
    rf"^(?:[^,“\"]{{3,40}}, )?{_SUBJECT} (?P<verb>{_any(' '.join(INTENDS))}) "
    r"(?P<told>to [a-z]+ [^“”\",;]{6,100})"
)
_WHATEVER = rf"(?:(?i:the) (?:[a-z’-]+ ){{0,3}}[a-z]+|{NAME})"
WILL = re.compile(
    rf"^(?P<who>{_WHATEVER}) will (?P<verb>[a-z]+)(?P<mid>(?: [\w’'.-]+){{0,8}}?) (?:on|in) "
    rf"(?P<told>{DATE}|{_MONTH}(?: \d{{4}})?|(?:19|20)\d\d|early \d{{4}}|late \d{{4}})\b"
)
BY = re.compile(
    rf"^(?P<what>The (?:[a-z’-]+ ){{0,4}}[a-z]+|{NAME}) (?:was|were) (?P<verb>{_PART}) by (?P<told>{NAME})"
    r"(?P<rest>[^,;“”\"]{0,40})"
)
OBJECT = re.compile(
    rf"^(?:[^,“\"]{{3,40}}, )?{_SUBJECT} {_DID} (?P<told>(?:an?|the|its|new|two|three) "
    r"[^,;“”\"]{4,60}?) (?P<rest>(?:in|on|at|after|during|for|with|against|over|from) "
    r"[^,;“”\"]{5,70})(?=[,;.“]|$)"
)
_TALKED = _any(r"said says added argued told\ \w+ noted explained warned wrote claimed stressed found")
VIEWS = (
    re.compile(rf"^{_WHO_TALKS}(?:, [^,“”\"]{{4,80}},)? {_TALKED} (?:\w+day )?(?:that )?{_TOPIC}[.,]"),
    re.compile(rf"^[“\"]{_TOPIC}[,.!?]?[”\"] (?:said|says|added|wrote) {_WHO_TALKS}"),
    re.compile(rf"^[“\"]{_TOPIC}[,.!?]?[”\"] {_WHO_TALKS} (?:said|says|added|told|wrote)\b"),
    re.compile(rf"^{_TOPIC}, (?:said|according to) {_WHO_TALKS}\b"),
    re.compile(rf"^{_TOPIC}, {_WHO_TALKS} said\b"),
    re.compile(rf"^According to {_WHO_TALKS}(?:, [^,“”\"]{{4,80}})?, {_TOPIC}[.,]"),
)
_NAMED = rf"{_WORD}(?: [A-Z]\.)?(?: {_WORD}){{0,2}}"
SPOKE = re.compile(
    rf"[,.!?][”\"] (?:said|says|added) (?P<by>{_NAMED})|"
    rf"(?P<who>{_NAMED}) (?:said|says|added|told [\w ]{{2,30}}),? (?:that |[“\"])"
)
NO_TOPIC = re.compile(r"[\d%]|^Only\b|est$|^(?:dead|guilty|alive)\b")

DULL = re.compile(
    r"(?:(?:[Ff]ormer|Republican|Democratic|U\.?S\.?|Vice|Russian|Portrait) )*[Pp]resident$|(?:While|"
    r"When|But|As|And) "
)
LOOSE_END = re.compile(r"(?:to|by|for|from|if|that|in|on|at|as|amid|up|with|after|dead|guilty|alive|safe)\b")
LOOSE = ("moved", "told", "called", "hit", "urged", "wrote", "left", "led", "helped", "voted", "served")

# What a question cannot hold by itself: somebody who speaks, a day that only its article knows, a loose end.
UNCLEAR = re.compile(
    r"\b(?:[Ww]e|us|[Oo]ur|[Mm]y|me|[Yy]ours?|[Yy]ou|I|here|now|today|yesterday|tomorrow|tonight|same|"
    r"such|myself|"
    r"others?|ago|also|however|who|what|which|when|where|why|how|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|"
    r"Sun)day|"
    r"(?:last|next|earlier|later|past|previous) \w+|said|says|because|TODAY|so|yet|even|just)\b|  |--|"
    r"[“”\"()\[\]:;/|…—–@#]|"
    r"\b(?:to|of|and|or|the|a|an|in|for|by|that|at|on|with|from|as|but|not|be|is|was|are|were|has|"
    r"have|more|less|than|very|its|their|his|her|all|part|some) ?\?$"
)
ASKING = re.compile(
    r"^(?:Who|What|When|Where|Why|How)(?: (?:did|was|were|is|are|old|many|much|percentage))?\b"
)


FUNCTION = re.compile(  # no topic begins with one
    _any(
        "a about after all although and any as at because before but by during each even every few "
        "for from he her his how i if i’m i’ve in including is it its just many more most my no "
        "nobody not of on one or our she since so some that their then there these they this those "
        "though to two under unless until we what when where whether which while who why with you "
        "your"
    ),
    re.IGNORECASE,
)
