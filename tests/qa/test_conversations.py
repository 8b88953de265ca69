"""Kept conversations: what is kept comes back the same, to whoever it belongs to, and nothing is lost."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Filters
from index.errors import ArchiveError, ArchiveVersionError
from qa.answers import Answer
from qa.assistant import Assistant
from qa.conversations import FILE, LONGEST_NAME, Conversation, Conversations, Turn

Q = "Who denied responsibility?"


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def talk(*questions: str) -> Conversation:
    return Conversation(tuple(Turn(question, Answer(question, "Nobody", 0.5)) for question in questions))


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> tuple[Answer, Answer]:
    """A real answer, and a real abstention."""
    return assistant.ask(Q), assistant.ask("What is the recipe for a good onion soup?")


def test_what_is_kept_comes_back_whole(kept: Conversations, answers: tuple[Answer, Answer]) -> None:
    told, abstained = answers
    assert told.citations
    assert abstained.text is None
    turns = (
        Turn(Q, told, good=False, reason="It was <b>not</b>."),
        Turn("Soup?", abstained, filters=Filters("2020-01-01", None, ("VOA",))),
        Turn("…?", error="It has no words."),
    )
    saved = kept.keep(Conversation(turns))
    again = kept.one(saved.conversation_id)
    assert again.turns[1:] == turns[1:]
    assert again.turns[0] == replace(turns[0], answer=replace(told, passages=()))
    assert (again.name, again.version) == (Q, 1)
    gone_on = kept.keep(replace(again, turns=(*again.turns, Turn("And then?"))))
    assert gone_on.conversation_id == again.conversation_id
    assert kept.one(again.conversation_id).turns[-1].waiting


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text())
@settings(max_examples=50, deadline=None)
def test_any_question_and_name_are_kept(
    tmp_path_factory: pytest.TempPathFactory, question: str, name: str
) -> None:
    kept = Conversations(tmp_path_factory.mktemp("kept"))
    saved = kept.keep(Conversation((Turn(question),)))
    assert kept.one(saved.conversation_id).turns == (Turn(question),)
    called = kept.rename(saved.conversation_id, name)
    assert 0 < len(called) <= LONGEST_NAME
    assert [one.name for one in kept.listed()] == [called]


def test_the_newest_are_listed_first_and_found_by_their_words(kept: Conversations) -> None:
    first = kept.keep(talk("Who won the Äpfel prize?"))
    second = kept.keep(talk("Where was it held?"))
    assert [one.conversation_id for one in kept.listed()] == [second.conversation_id, first.conversation_id]
    kept.keep(first)
    assert next(iter(kept.listed())).name == "Who won the Äpfel prize?"
    assert [one.name for one in kept.listed(words="äpfel PRIZE")] == ["Who won the Äpfel prize?"]
    assert len(kept.listed(words="nobody")) == 2  # it stands in the answers
    assert kept.listed(words="äpfel held") == []
    kept.rename(second.conversation_id, "Places")
    assert [one.name for one in kept.listed(words="places")] == ["Places"]
    assert kept.listed(words="100%_") == []


def test_a_name_that_was_given_stays(kept: Conversations) -> None:
    saved = kept.keep(talk("One?"))
    kept.rename(saved.conversation_id, "  My \n own  ")
    again = kept.keep(replace(saved, turns=talk("One?", "Two?").turns))
    assert (again.conversation_id, again.name) == (saved.conversation_id, "My own")


def test_two_pages_that_go_on_with_the_same_lose_nothing(kept: Conversations) -> None:
    saved = kept.keep(talk("One?"))
    here = kept.keep(replace(saved, turns=talk("One?", "Here?").turns))
    there = kept.keep(replace(saved, turns=talk("One?", "There?").turns))
    assert here.conversation_id != there.conversation_id
    assert {kept.one(one.conversation_id).turns[1].question for one in kept.listed()} == {"Here?", "There?"}


def test_what_is_deleted_is_gone_and_what_goes_on_after_is_kept(kept: Conversations, tmp_path: Path) -> None:
    saved = kept.keep(talk("A secret?"))
    kept.delete(saved.conversation_id)
    kept.delete(saved.conversation_id)
    assert kept.listed() == []
    assert b"secret" not in (tmp_path / FILE).read_bytes()
    for act in (kept.one, lambda gone: kept.rename(gone, "x")):
        with pytest.raises(ArchiveError, match=f"no conversation '{saved.conversation_id}'.*ask anew"):
            act(saved.conversation_id)
    assert kept.one(kept.keep(saved).conversation_id).turns == saved.turns


def test_nobody_finds_what_is_somebody_elses(kept: Conversations) -> None:
    mine = kept.keep(talk("Mine?"), "me")
    assert kept.listed("you") == kept.listed() == []
    with pytest.raises(ArchiveError, match="no conversation"):
        kept.one(mine.conversation_id, "you")
    with pytest.raises(ArchiveError, match="no conversation"):
        kept.rename(mine.conversation_id, "Yours", "you")
    kept.delete(mine.conversation_id, "you")
    taken = kept.keep(mine, "you")
    assert taken.conversation_id != mine.conversation_id
    assert kept.one(mine.conversation_id, "me").name == "Mine?"


def test_many_at_once(kept: Conversations) -> None:
    def converse(number: int) -> str:
        conversation = Conversation()
        for turn in range(5):
            turns = (*conversation.turns, Turn(f"{number}.{turn}?"))
            conversation = kept.keep(replace(conversation, turns=turns))
            kept.listed()
        return conversation.conversation_id

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(converse, range(16)))
    assert len(set(names)) == 16
    assert all(len(kept.one(name).turns) == 5 for name in names)


def test_the_first_of_an_archive_may_come_at_once(tmp_path: Path) -> None:
    meeting = Barrier(8)

    def first(archive: Path) -> str:
        meeting.wait()
        return Conversations(archive).keep(talk("One?")).conversation_id

    with ThreadPoolExecutor(8) as pool:
        for number in range(15):  # each a file that is not there yet
            archive = tmp_path / str(number)
            archive.mkdir()
            made = set(pool.map(first, [archive] * 8))
            assert {one.conversation_id for one in Conversations(archive).listed()} == made
            assert len(made) == 8


def test_reading_makes_no_file(kept: Conversations, tmp_path: Path) -> None:
    assert kept.listed() == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_used_is_a_sentence(kept: Conversations, tmp_path: Path) -> None:
    saved = kept.keep(talk("One?"))
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.execute("UPDATE conversations SET turns = '[{}]'")
    with pytest.raises(ArchiveError, match=r"'One\?'.*cannot be read.*from a backup"):
        kept.one(saved.conversation_id)
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("PRAGMA user_version = 9")
    with pytest.raises(ArchiveVersionError, match="newer Byline"):
        kept.listed()
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(ArchiveError, match="cannot be read or written"):
        kept.listed()
