"""Countries and their people: which words name the same one.

>>> country("Ukrainians".lower()) == country("ukraine"), country("nigerian") == country("niger")
(True, False)
"""

from __future__ import annotations

from functools import lru_cache

_ALIKE = (
    "us usa america american americans united-states states u.s.",
    "uk britain british briton britons united-kingdom kingdom",
    "france french frenchman",
    "spain spanish spaniard spaniards",
    "greece greek greeks",
    "netherlands dutch holland",
    "wales welsh",
    "denmark danish dane danes",
    "switzerland swiss",
    "poland polish pole poles",
    "ireland irish",
    "iraq iraqi iraqis",
    "iran iranian iranians",
    "peru peruvian peruvians",
    "thailand thai thais",
    "eu european-union europe european europeans",
    "un united-nations",
    "ukraine ukrainian ukrainians kyiv kiev",
    "turkey türkiye turkiye turkish turks turk",
    "covid covid-19 coronavirus",
    "republican republicans gop",
    "democrat democrats democratic",
    "england english",
    "philippines philippine filipino filipinos",
    "norway norwegian norwegians",
    "finland finnish finn finns",
    "portugal portuguese",
    "belgium belgian belgians",
    "lebanon lebanese",
    "scotland scottish scot scots",
    "serbia serbian serbians serb serbs",
    "croatia croatian croatians croat croats",
    "rome roman romans",
)
# Those whose people are named after them by an ending, and not listed above.
_COUNTRIES = """
    afghanistan africa albania algeria andorra angola arabia argentina armenia asia australia austria
    azerbaijan bahamas bahrain barbados belarus benin bolivia bosnia botswana brazil brunei bulgaria
    cambodia cameroon canada chad chile china colombia crimea cuba dominica ecuador egypt eritrea estonia
    ethiopia fiji gambia gaza georgia germany ghana guatemala guinea guyana haiti honduras hungary iceland
    india indonesia israel italy jamaica japan jordan kenya korea kosovo kurdistan kuwait latvia
    liberia libya lithuania macedonia malawi malaysia mali malta mauritania mauritius mexico moldova
    mongolia montenegro morocco mozambique namibia nepal nicaragua niger nigeria oman pakistan palestine
    panama paraguay qatar romania russia rwanda samoa saudi senegal singapore slovakia slovenia somalia
    sudan suriname sweden syria taiwan tanzania tibet togo tonga tunisia uganda uruguay uzbekistan
    venezuela vietnam yemen zambia zimbabwe california florida georgia texas virginia catalonia sicily
    siberia bavaria paris
"""
_ENDINGS = " n ns an ans ian ians i is ese ish s e a y en ain ey istan o"
_SHORTEST = 4  # letters that two forms of a country's name share
_ALIKE_WORDS = tuple(frozenset(group.replace(".", "").split()) for group in _ALIKE)
_NAMED = frozenset(_COUNTRIES.split())
_NATIONAL = frozenset(_ENDINGS.split(" "))


@lru_cache(4096)
def country(word: str) -> str:
    """The country that a word is, or is made of by an ending: Ukraine, Ukrainians; "" for any other word."""
    for alike in _ALIKE_WORDS:
        if word in alike:
            return min(alike)
    if word in _NAMED:
        return word
    common, nearest = max((_common(word, name), name) for name in _NAMED)
    return nearest if common else ""


def _common(word: str, name: str) -> int:
    """How many letters they have in common where the rest are endings, else 0."""
    common = 0
    while word[common : common + 1] == name[common : common + 1] != "":
        common += 1
    ends = word[common:] in _NATIONAL and name[common:] in _NATIONAL
    return common if common >= _SHORTEST and ends else 0
