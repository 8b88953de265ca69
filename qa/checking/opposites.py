"""Words that say the opposite: a sentence that has the one where its source has the other.

>>> opposed("Prices fell by 3% in May.", "Prices rose by 3% in May, the office said.")
('fell', 'rose')
"""

from __future__ import annotations

import re

from qa.checking.vocabulary import share, weights

_ALIKE = 0.6  # of the sentence's words, the opposite aside
_PAIRS = (
    (
        r"r[io]se|rises|risen|rising|rais(?:e[sd]?|ing)|gain(?:s|ed|ing)?|increas(?:e[sd]?|ing)|climb(?:s|ed|ing)?"
        r"|jump(?:s|ed|ing)?|soar(?:s|ed|ing)?|grew|highest|largest",
        r"f[ae]ll(?:s|en|ing)?|drop(?:s|ped|ping)?|lower(?:s|ed|ing)|decreas(?:e[sd]?|ing)|declined|slid"
        r"|plung(?:e[sd]?|ing)|cut(?:s|ting)?|reduc(?:e[sd]?|ing)|shr[aiu]nk|lost|lowest|smallest",
    ),
    (r"accept(?:s|ed|ing)?|approv(?:e[sd]?|ing)|back(?:s|ed)", r"reject(?:s|ed|ing)?|block(?:s|ed|ing)?"),
    (r"admit(?:s|ted|ting)?|confirm(?:s|ed|ing)?", r"den(?:y|ies|ied|ying)"),
    (r"w[io]n(?:s|ning)?|beat(?:s|en)?", r"lost|lose[s]?|losing"),
    (r"support(?:s|ed|ing)?", r"oppos(?:e[sd]?|ing)"),
    (r"allow(?:s|ed|ing)?|permit(?:s|ted)?", r"bann?(?:ed|s|ing)?|forb[ai]de?s?|forbidden"),
    (r"acquitted|innocent", r"convicted|guilty"),
    (r"surviv(?:e[sd]?|ing)", r"died|killed"),
)
_SIDES = [tuple(re.compile(rf"\b(?:{side})\b", re.IGNORECASE) for side in pair) for pair in _PAIRS]


def opposed(sentence: str, told: str) -> tuple[str, str] | None:
    """A word of the sentence and its opposite in the source, where each has the one and not the other.

    Only of sentences that have most of their words in common: of others it tells little.
    """
    for one, other in [pair for sides in _SIDES for pair in (sides, sides[::-1])]:
        mine, theirs = one.search(sentence), other.search(told)
        if mine and theirs and not other.search(sentence) and not one.search(told):
            rest = weights(one.sub("", sentence))
            if share(rest, set(weights(told))) >= _ALIKE:
                return mine[0], theirs[0]
    return None
