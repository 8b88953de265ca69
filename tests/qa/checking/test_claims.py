"""Dates, names, quotations and addresses: worked examples of what is alike and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Passage, ScoredPassage
from qa.checking import Source
from qa.checking.attribution import without_papers
from qa.checking.claims import Claims, Ground, ground_of, unfounded
from qa.checking.names import known, missing, names
from qa.checking.quotations import quotations, quoted_in, same_text, same_words, spoken, spoken_in


def source(text: str, published: str) -> Source:
    return Source(1, ScoredPassage(Passage("p", "a", text, 0, len(text)), 1.0, "", published))


@pytest.mark.parametrize(
    ("said", "told", "published", "stands"),
    [
        ("on 13 March 2020", "on March 13, 2020", None, True),
        ("on 2020-03-13", "on March 13", "2020-03-14", True),
        ("on 13 March 2020", "on March 14, 2020", None, False),
        ("on March 12, 2020", "late Thursday", "2020-03-13", True),
        ("on March 12", "late Wednesday", "2020-03-13", False),
        ("on Thursday", "on March 12, 2020", None, True),
        ("on Thursday", "yesterday", "2020-03-13", True),
        ("on Thursday", "on Friday", "2020-03-13", False),
        ("in March 2020", "on Thursday", "2020-03-13", True),
        ("in 2020", "on Thursday", "2020-03-13", True),
        ("in 2019", "on Thursday", "2020-03-13", False),
        ("on 3 January", "on Jan. 3", None, True),
        ("on 31 December 2021", "on Dec. 31", "2022-01-02", True),
        ("on Thursday", "on Thursday", "no date", True),
        ("last year", "in May 2019", "2020-03-13", True),
        ("last year", "in May 2018", "2020-03-13", False),
        ("in 2019", "last year", "2020-03-13", True),
        ("last month", "on February 3", "2020-03-13", True),
        ("last month", "on Thursday", "2020-03-13", False),
        ("next month", "in April", "2020-03-13", True),
        ("last week", "on March 3", "2020-03-13", True),
        ("this week", "on March 3", "2020-03-13", False),
        ("this week", "late Wednesday", "2020-03-13", True),
        ("yesterday", "on Thursday", "2020-03-13", True),
        ("today", "today", None, True),
        ("last year", "last year", None, True),
        ("last year", "last month", None, False),
        ("in March 2020", "then", "2020-03-13", True),
        ("in March 2020", "in August", "2020-03-13", False),
        ("on 13 March 2020", "then", "2020-03-13", False),
        ("It was reported on 13 March 2020", "in August", "2020-03-13", True),
        ("２０１９", "2019", None, True),
    ],
)
def test_which_dates_are_alike(said: str, told: str, published: str | None, stands: bool) -> None:
    assert (not unfounded(Claims(said), [Ground(told, published)])) is stands


@pytest.mark.parametrize(
    ("told", "as_of", "stands"),
    [
        ("on Thursday", None, True),
        ("on Thursday", "2020-03-13", True),
        ("on Thursday", "2022-03-13", False),
        ("yesterday", "2022-03-13", True),
    ],
)
def test_yesterday_is_counted_from_the_day_of_asking(told: str, as_of: str | None, stands: bool) -> None:
    assert (not unfounded(Claims("yesterday", told, as_of), [Ground(told, "2020-03-13")])) is stands


def test_the_day_of_an_article_is_for_its_undated_sentences() -> None:
    told = "The mayor left in 2018. A bridge fell."
    for said, stands in (("A bridge fell in 2021.", True), ("The mayor left in 2021.", False)):
        ground = ground_of(source(told, "2021-09-17"), said)
        assert (not unfounded(Claims(said), [ground])) is stands


TOLD = (
    "General Kenneth “Frank” McKenzie of the U.S. Central Command (CENTCOM) spoke to Iraq's Joint Operations "
    "Command. "
    "The World Health Organization met in Ukraine with José Peña. Officials went home."
)


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ("McKenzie spoke.", []),
        ("Gen. Kenneth McKenzie's staff spoke.", []),
        ("President McKenzie spoke.", []),
        ("The US and the United States", []),
        ("the WHO and Central Command", []),
        ("Iraqi officers met Ukrainians.", []),
        ("Jose Pena left.", []),
        ("Then Marta McKenzie spoke.", ["marta"]),
        ("Merkel spoke.", ["merkel"]),
        ("In Iran nobody spoke.", ["iran"]),
        ("Investigators and critics spoke on Friday in May.", []),
        ("Kenneth McKenzie met Iraqi General José Peña.", []),
        ("Then José McKenzie spoke.", ["jose"]),
        ("Then Kenneth Peña spoke.", ["kenneth"]),
        ("Health Command met.", ["health"]),
    ],
)
def test_names_in_any_form(said: str, lacking: list[str]) -> None:
    there = known(TOLD)
    assert [word for name in names(said, TOLD) for word in missing(name, there)] == lacking


@pytest.mark.parametrize(
    ("said", "told", "lacking"),
    [
        ("Islamic State left.", "It is over.", ["islamic", "state"]),
        ("In New Orleans they won.", "There was no winner.", ["new", "orleans"]),
        ("Angela Merkel met us.", "I am here at 9 AM.", ["angela", "merkel"]),
        ("Islamic State left.", "IS left.", []),
        ("Then Niger voted.", "Nigerian voters came.", ["niger"]),
        ("Then Nigeria voted.", "Nigerian voters came.", []),
        ("Then Julia left.", "Julian left.", ["julia"]),
        ("Then America voted.", "Nobody told us.", ["america"]),
        ("Maria Brandt left.", "Maria Keller and Tomas Brandt met.", ["maria"]),
        ("Tomas Keller left.", "Maria Keller and Tomas Brandt met.", ["tomas"]),
        ("Halden's Mayor Keller left.", "The mayor of Halden, Maria Keller, left.", []),
        ("The Central Bank met.", "The central bank met.", []),
    ],
)
def test_a_name_stands_together(said: str, told: str, lacking: list[str]) -> None:
    assert [word for name in names(said, told) for word in missing(name, known(told))] == lacking


def test_a_name_is_of_one_person_in_two_passages_too() -> None:
    grounds = [Ground("Then Maria Keller left."), Ground("Then Tomas Brandt left.")]
    assert unfounded(Claims("Then Maria Keller left."), grounds) == []
    assert unfounded(Claims("Then Maria Brandt left."), grounds) == ["the name Maria Brandt"]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("She called it “a Blatant  attack”.", True),
        ("She called it 'a blatant attack'.", True),
        ('It was "A blatant … on us".', True),
        ("It was “a blatant [and cruel] attack”.", True),
        ("It was “a clear attack”.", False),
        ("It's the boys' day.", True),
        ("Sie sprach von „a clear attack“.", False),
        ("Sie sprach von »a blatant attack«.", True),
        ("Sie sprach von »a clear attack«.", False),
        ("Elle parle de « a clear attack ».", False),
        ("「a clear attack」", False),
        ("『a clear attack』", False),
        ("She said: “It is a blatant attack.", True),
        ("She said: “It is a clear attack.", False),
        ("It is a blatant attack,” she said.", True),
        ("It is a clear attack,” she said.", False),
        ('It is a clear attack," she said.', False),
        ('She said: "It is a clear attack.', False),
        ("It is 5'10\" high.", True),
    ],
)
def test_quotations_are_word_for_word(said: str, stands: bool) -> None:
    told = ["“It is a blatant attack on us,” she said."]
    assert all(quoted_in(quoted, told) for quoted in quotations(said)) is stands


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("“I should have,” she said.", '"I should have", she said', True),
        ("“I should have,” she said.", "I should have, she said.", False),
        ("It cost $24 million.", "It cost €24 million.", False),
        ("It grew 5%.", "It grew -5.", False),
        ("It cost $5 and 6.", "It cost 5 and $6.", False),
        ("Who will run?", "Who will run.", False),
        ("It was 1,500.", "It was 1.500.", False),
    ],
)
def test_the_same_text_has_the_same_signs(one: str, other: str, alike: bool) -> None:
    assert same_words(one, other)
    assert same_text(one, other) is alike


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ("See http://evil.example/a.", ["http://evil.example/a"]),
        ("![x](http://evil.example/a)", ["http://evil.example/a"]),
        ("[this](evil.example)", ["evil.example"]),
        ("See www.evil.example", ["www.evil.example"]),
        ("See evil.example/a?b=c", ["evil.example/a?b=c"]),
        ("See https://example.org/a.", []),
        ("and/or 5:45 p.m. at Amazon.com", []),
    ],
)
def test_addresses_are_those_of_the_passages(said: str, lacking: list[str]) -> None:
    reasons = unfounded(Claims(said, said), [Ground(f"5:45 p.m. Amazon.com (https://example.org/a) {said}")])
    assert reasons == []
    reasons = unfounded(Claims(said, said), [Ground("5:45 p.m. at Amazon.com (https://example.org/a)")])
    assert [one for one in reasons if "address" in one] == [f"the address {one}" for one in lacking]


def test_what_is_not_there_is_named() -> None:
    said = "Keller paid 37 euros on 3 May to “the good people”."
    reasons = unfounded(Claims(said), [Ground("Brandt paid 73 euros on 4 May to the bad people.")])
    assert reasons == [
        "the quotation “the good people”",
        "the number 37 euros",
        "the date 3 May",
        "the name Keller",
    ]


@given(st.text(max_size=200))
def test_a_text_has_all_that_it_says(text: str) -> None:
    assert unfounded(Claims(text, text), [Ground(text, "2020-03-13")]) == []


@pytest.mark.parametrize("text", ["", "…", "A", "NASA", "NASA SAYS NO"])
def test_any_text_has_known_words(text: str) -> None:
    assert known(text).acronyms <= known(text).words


@given(st.text(max_size=100))
def test_a_passage_may_say_anything(text: str) -> None:
    assert missing("Nobody Knownhere", known(text)) != []


@pytest.mark.parametrize(
    ("said", "told", "stands"),
    [
        ("by 0.25 percentage points", "by a quarter of a percentage point", True),
        ("by 25 basis points", "by a quarter of a percentage point", True),
        ("by half a point, or 50 basis points", "by half a percentage point", True),
        ("by 25 percent", "by a quarter of a percentage point", False),
        ("by three quarters of a percentage point", "by 0.75 percentage points", True),
        ("by a quarter", "by 25 percent", True),
    ],
)
def test_parts_of_a_percentage_point(said: str, told: str, stands: bool) -> None:
    assert unfounded(Claims(f"Rates rose {said}."), [Ground(f"Rates rose {told}.")]) is not stands


@pytest.mark.parametrize(
    "sentence",
    [
        "The Harbour Post reported on 17 May that he left.",
        "On 17 May 2021, the Harbour Post reported that he left.",
        "The Harbour Post (17 May 2021) says he left.",
        "According to the Harbour Post, he left.",
        "He left, the Harbour Post reported.",
    ],
)
def test_what_a_paper_says_without_that_it_says_it(sentence: str) -> None:
    assert without_papers(sentence, ["The Harbour Post"]).strip(".").lower() == "he left"


def test_who_said_what_and_nothing_else() -> None:
    assert spoken("Keller said: “I should have asked”.") == ("Keller", "“I should have asked”")
    assert spoken("“I should have asked,” said Maria Keller.") == ("Maria Keller", "“I should have asked,”")
    assert spoken("Keller said “no” and left the city.") is None
    assert spoken("Keller said “no” and “never”.") is None


def test_who_is_quoted_must_be_who_spoke() -> None:
    told = "“I should have asked,” she said."
    before = "Mayor Tom Brandt had resigned. The engineer, Maria Keller, spoke on Friday."
    assert spoken_in("Keller said: “I should have asked”.", told, before)
    assert spoken_in("Telenor said: “I should have asked”.", told, f"{before} Telenor fell.") is False
    assert spoken_in("The mayor said: “I should have asked”.", told, before) is None
    assert not spoken_in("Keller never said: “I should have asked”.", told, before)
    assert spoken_in(
        "“I asked,” Keller said.", "“I asked, but nobody listened,” Maria Keller told reporters."
    )
    assert not spoken_in("“You knew,” Brandt said.", "“You knew,” Keller told Mayor Tom Brandt.")
    denied = "“I do not believe that the bridge is safe,” Keller said."
    assert not spoken_in("“The bridge is safe,” Keller said.", denied)
    assert not spoken_in(
        "“It is safe,” Keller said.", "It is wrong to say that “it is safe”, he told Keller."
    )
    assert spoken_in("“I should have asked,” said Keller.", "Keller said “I should have asked” on Friday.")
    assert not spoken_in("Keller said: “I should have asked”.", "“I should have asked,” Brandt said.")
    assert not spoken_in("Keller said: “I did not ask”.", told)
