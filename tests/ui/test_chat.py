"""What happens on the page, without a browser: acts and what they draw anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from index.archive import Archive
from index.articles import Filters
from index.errors import ArchiveError, BylineError
from index.sources import sample_article
from qa.answers import Answer, Checked
from qa.assistant import Assistant
from qa.conversations import FILE, Conversation, Conversations, Turn
from ui.chat import LEFT, STOPPED, Chat
from ui.exports import add_exports
from ui.login import OWNER
from ui.page import Page, Talk, View
from ui.source import EDITED, EMPTY, Place

QUESTION = "Who denied responsibility?"
OTHER = "How many weapons depots were hit?"


class Noting:
    """The assistant, and what it was asked."""

    def __init__(self, own: Assistant) -> None:
        self._own = own
        self.asked: list[tuple[str, list[tuple[str, str]], Filters]] = []

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        *,
        filters: Filters = Filters(),
        stop: Event | None = None,
    ) -> Iterator[Checked | Answer]:
        self.asked.append((question, list(history), filters))
        return self._own.stream(question, history, filters=filters, stop=stop)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", threads=1) as archive:
        archive.ingest([sample_article()])
        yield archive


@pytest.fixture
def assistant(archive: Archive) -> Noting:
    return Noting(Assistant(archive))


@pytest.fixture
def chat(archive: Archive, assistant: Noting) -> Chat:
    return Chat(archive, assistant, [QUESTION], suggests=lambda answer, asked, filters: ["Who else?"])


def after(page: Page, views: Iterator[View]) -> tuple[Page, View]:
    """The page after an act, and all that the act drew."""
    drawn: dict[str, Any] = {}
    for view in views:
        drawn |= {name: getattr(view, name) for name in View.__slots__ if getattr(view, name) is not None}
    kept = {name: drawn[name] for name in ("question", "talk", "filters") if name in drawn}
    return replace(page, **kept), View(**drawn)


def asked(chat: Chat, *questions: str, **page: Any) -> tuple[Page, View]:
    at, view = Page(**page), View()
    for question in questions:
        at, view = answered(chat, at, chat.ask(replace(at, question=question)))
    return at, view


def answered(chat: Chat, page: Page, views: Iterator[View]) -> tuple[Page, View]:
    """The same after an act that asks, once the answer has come."""
    waiting, first = after(page, views)
    read, last = after(waiting, chat.read(waiting))
    told = {name: value for name in View.__slots__ if (value := getattr(last, name)) is not None}
    return read, replace(first, **told)


def test_a_question_is_drawn_and_kept_before_its_answer_comes(chat: Chat, archive: Archive) -> None:
    (first,) = chat.ask(Page(QUESTION))
    assert first.talk
    assert first.question == ""
    assert 'class="reading"' in (first.conversation or "")
    kept = Conversations(archive.path).one(first.talk.conversation.conversation_id)
    assert kept.turns == (Turn(QUESTION),)
    reloaded = chat.begin(Page(), kept.conversation_id)
    assert LEFT in (reloaded.conversation or "")
    (last,) = chat.read(Page(talk=first.talk))
    assert "Kataib Hezbollah" in (last.conversation or "")
    assert "mark" in (last.source or "")
    assert last.talk
    assert list(chat.read(Page(talk=last.talk))) == []  # nothing waits any longer


def test_a_reload_finds_the_conversation_and_it_goes_on(chat: Chat, assistant: Noting) -> None:
    page, _ = asked(chat, QUESTION)
    view = chat.begin(Page(), page.talk.conversation.conversation_id)
    assert view.talk == page.talk or (view.talk and view.talk.turns[0].question == QUESTION)
    assert "Kataib Hezbollah" in (view.conversation or "")
    assert "mark" in (view.source or "")
    assert 'aria-current="true"' in (view.history or "")
    again, _ = asked(chat, OTHER, talk=view.talk or Talk())
    assert len(again.talk.turns) == 2
    assert again.talk.conversation.conversation_id == page.talk.conversation.conversation_id
    assert assistant.asked[-1][1] == [(QUESTION, "Kataib Hezbollah")]


@pytest.mark.parametrize("name", ["", "0" * 32, "../../etc"])
def test_an_address_that_names_no_conversation_opens_the_welcome(chat: Chat, name: str) -> None:
    view = chat.begin(Page(), name)
    assert "welcome" in (view.conversation or "")
    assert view.talk == Talk()


def test_an_edited_question_takes_the_place_of_the_last(chat: Chat) -> None:
    page, _ = asked(chat, QUESTION, QUESTION)
    page, view = after(page, chat.edit(page, {}))
    assert (page.question, page.talk.editing) == (QUESTION, True)
    assert "takes the place" in (view.conversation or "")
    left, _ = after(page, chat.edit(page, {"cancel": True}))
    assert (left.question, left.talk.editing) == ("", False)
    page, _ = answered(chat, page, chat.ask(replace(page, question=OTHER)))
    assert [turn.question for turn in page.talk.turns] == [QUESTION, OTHER]
    assert not page.talk.editing


def test_filters_are_passed_on_and_kept_with_the_answer(
    chat: Chat, assistant: Noting, archive: Archive
) -> None:
    page, view = after(Page(), chat.narrow(Page(), {"before": "2020-01-01", "sources": []}))
    assert page.filters == Filters(before="2020-01-01")
    assert view.suggested == ""  # those were of all articles
    assert 'data-filters="on"' in (view.narrowing or "")
    page, view = answered(chat, page, chat.ask(replace(page, question=QUESTION)))
    assert assistant.asked[-1][2] == page.filters
    assert page.talk.turns[0].answer
    assert page.talk.turns[0].answer.text is None  # the article is of March
    assert "Only articles until 1 January 2020" in (view.conversation or "")
    kept = Conversations(archive.path).one(page.talk.conversation.conversation_id)
    assert kept.turns[0].filters == page.filters


def test_what_was_stopped_is_kept_as_that(chat: Chat, archive: Archive) -> None:
    first = next(chat.ask(Page(QUESTION)))
    assert first.talk
    page, view = after(Page(talk=first.talk), chat.stopped(Page(talk=first.talk), {}))
    assert STOPPED in (view.conversation or "")
    assert view.source == EMPTY  # not that of the answer before
    (kept,) = Conversations(archive.path).listed()
    assert Conversations(archive.path).one(kept.conversation_id).turns[0].error == STOPPED
    page, _ = answered(chat, page, chat.retry(page, {}))
    assert [turn.answer is not None for turn in page.talk.turns] == [True]


def test_an_answer_that_comes_too_late_is_dropped(chat: Chat, archive: Archive) -> None:
    page, _ = after(Page(), chat.ask(Page(QUESTION)))
    page.left.set()
    list(chat.stopped(replace(page, left=Event()), {}))
    assert list(chat.read(page)) == []
    (kept,) = Conversations(archive.path).listed()
    assert Conversations(archive.path).one(kept.conversation_id).turns[0].error == STOPPED


class Deleting:
    """The assistant; but before its answer comes, something else happens."""

    def __init__(self, own: Noting, happens: Callable[[], object]) -> None:
        self._own = own
        self._happens = happens

    def stream(self, *given: Any, **named: Any) -> Iterator[Checked | Answer]:
        for part in self._own.stream(*given, **named):
            self._happens()
            yield part


def test_a_conversation_that_is_deleted_while_it_is_read_stays_deleted(
    archive: Archive, assistant: Noting
) -> None:
    kept = Conversations(archive.path)
    page, _ = asked(Chat(archive, assistant), QUESTION)
    page, _ = after(page, Chat(archive, assistant).ask(replace(page, question=OTHER)))
    name = page.talk.conversation.conversation_id
    assert page.shows({"id": name}) and not page.shows({"id": "another"})

    def delete() -> None:
        kept.delete(name)
        page.left.set()

    assert list(Chat(archive, Deleting(assistant, delete)).read(page)) == []
    assert kept.listed() == []


def test_a_conversation_that_is_deleted_while_its_answer_is_kept_stays_deleted(
    chat: Chat, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = after(Page(), chat.ask(Page(QUESTION)))
    keep = Conversations.keep

    def too_late(own: Conversations, *given: Any) -> Conversation:
        page.left.set()
        own.delete(page.talk.conversation.conversation_id)
        return keep(own, *given)

    monkeypatch.setattr(Conversations, "keep", too_late)
    list(chat.read(page))
    assert Conversations(archive.path).listed() == []


def test_a_question_that_is_overtaken_by_another_was_stopped(chat: Chat) -> None:
    first = next(chat.ask(Page(QUESTION)))
    assert first.talk
    page, _ = asked(chat, OTHER, talk=first.talk)
    assert [turn.error for turn in page.talk.turns] == [STOPPED, None]


def test_a_thumb_is_kept_with_the_conversation(chat: Chat, archive: Archive) -> None:
    page, _ = asked(chat, QUESTION)
    page, _ = after(page, chat.thumb(page, {"turn": 0, "reason": "No"}))
    kept = Conversations(archive.path).one(page.talk.conversation.conversation_id)
    assert (kept.turns[0].good, kept.turns[0].reason) == (False, "No")


def test_a_thumb_does_not_end_the_editing(chat: Chat) -> None:
    page, _ = asked(chat, QUESTION, OTHER)
    page, _ = after(page, chat.edit(page, {}))
    page, view = after(page, chat.thumb(page, {"turn": 0, "good": True}))
    assert page.talk.editing and page.talk.turns[0].good
    assert "takes the place" in (view.conversation or "")
    page, _ = asked(chat, QUESTION, talk=page.talk)
    assert len(page.talk.turns) == 2 and not page.talk.editing


def test_what_is_asked_while_editing_keeps_what_it_is_asked_of(chat: Chat, assistant: Noting) -> None:
    page, _ = asked(chat, QUESTION, filters=Filters(after="2020-01-01"))
    page, _ = after(page, chat.edit(page, {}))
    page, _ = asked(chat, OTHER, talk=page.talk, filters=Filters(before="2020-12-31"))
    assert assistant.asked[-1][2] == Filters(before="2020-12-31")  # those in force now


def test_a_conversation_is_found_chosen_renamed_and_deleted(chat: Chat) -> None:
    first, _ = asked(chat, QUESTION)
    name = first.talk.conversation.conversation_id
    second, _ = asked(chat, OTHER)
    assert (next(chat.look(replace(second, looking="depots"))).history or "").count("data-id") == 1
    page, view = after(second, chat.choose(second, {"id": name}))
    assert page.talk.turns[0].question == QUESTION
    page, view = after(page, chat.rename(page, {"id": name, "name": "Denials"}))
    assert "Denials" in (view.history or "")
    page, view = after(page, chat.delete(page, {"id": name}))
    assert page.talk == Talk()
    assert "welcome" in (view.conversation or "")
    assert (view.history or "").count("data-id") == 1
    with pytest.raises(ArchiveError, match="choose another one"):
        next(chat.choose(page, {"id": name}))


def test_suggestions_come_after_an_answer_that_cites(chat: Chat) -> None:
    page, view = asked(chat, QUESTION)
    assert view.suggested == ""  # those of the answer before are gone as soon as it is asked
    assert 'data-question="Who else?"' in chat.suggest(page)
    assert chat.suggest(Page()) == ""
    nothing, _ = asked(chat, "What is the recipe for a good onion soup?")
    assert chat.suggest(nothing) == ""


def test_a_suggested_question_is_asked_of_its_article_alone(chat: Chat, archive: Archive) -> None:
    page, _ = asked(chat, QUESTION)
    (cited,) = {citation.article_id for citation in page.talk.turns[0].answer.citations}  # type: ignore[union-attr]
    assert f'data-article="{cited}"' in chat.suggest(page)
    page, view = answered(chat, page, chat.example(page, {"question": "Who else?", "article": cited}))
    assert page.talk.turns[1].filters == Filters(article_ids=(cited,))
    assert "Only articles cited before" in (view.conversation or "")
    page, _ = answered(chat, page, chat.retry(page, {}))
    assert page.talk.turns[1].filters == Filters(article_ids=(cited,))
    page, _ = after(page, chat.edit(page, {}))
    page, _ = answered(chat, page, chat.ask(replace(page, question="Who denied it?")))
    assert page.talk.turns[1].question == "Who denied it?"
    assert page.talk.turns[1].filters == Filters(article_ids=(cited,))
    page, _ = answered(chat, page, chat.example(page, {"question": QUESTION}))
    assert page.talk.turns[2].filters == page.filters == Filters()


def test_a_quote_that_no_longer_stands_is_not_highlighted(chat: Chat, archive: Archive) -> None:
    page, _ = asked(chat, QUESTION)
    answer = page.talk.turns[0].answer
    assert answer
    where = Place.of(answer.citations[0]).to_json()
    assert EDITED not in (next(chat.cite(page, where)).source or "")
    own = sample_article()
    archive.ingest([replace(own, text=own.text.replace("Despite U.S. assertions", "Despite assertions"))])
    opened = chat.begin(Page(), page.talk.conversation.conversation_id)
    for source in (next(chat.cite(page, where)).source or "", opened.source or ""):
        assert EDITED in source
        assert "<mark" not in source
    archive.remove([own.article_id])
    gone = chat.begin(Page(), page.talk.conversation.conversation_id)
    assert "There is no article" in (gone.source or "")
    assert "Kataib Hezbollah" in (gone.conversation or "")


def test_where_nothing_can_be_kept_the_answer_comes_all_the_same(chat: Chat, archive: Archive) -> None:
    (archive.path / FILE).mkdir()
    page, view = asked(chat, QUESTION)
    assert "Kataib Hezbollah" in (view.conversation or "")
    assert "check that you may write to the archive" in (view.warning or "")
    assert page.talk.turns[0].answer


def test_nobody_s_conversation_is_not_kept_and_nobody_sees_another_s(chat: Chat, archive: Archive) -> None:
    mine, _ = asked(chat, QUESTION, owner="me")
    nobody, _ = asked(chat, OTHER, owner=None)
    assert nobody.talk.turns[0].answer
    assert Conversations(archive.path).listed("") == []
    for owner in ("you", None):
        seen = chat.begin(Page(owner=owner), mine.talk.conversation.conversation_id)
        assert "data-id" not in (seen.history or "")
        assert "welcome" in (seen.conversation or "")


@pytest.mark.parametrize("given", [{}, {"id": 3}, {"id": None, "name": ["x"]}, {"question": {"a": 1}}])
def test_anything_an_event_may_carry_is_met(chat: Chat, given: dict[str, Any]) -> None:
    page, _ = asked(chat, QUESTION)
    for act in (chat.choose, chat.rename, chat.thumb, chat.cite, chat.delete, chat.edit, chat.example):
        with suppress(BylineError):
            list(act(page, given))


def test_an_export_is_for_its_owner(chat: Chat, archive: Archive) -> None:
    page, _ = asked(chat, QUESTION, owner="me")
    app = FastAPI()
    add_exports(app, archive.path)

    async def get(owner: str | None) -> httpx.Response:
        async def as_owner(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, OWNER: owner}, receive, send)

        transport = httpx.ASGITransport(as_owner)
        async with httpx.AsyncClient(transport=transport, base_url="http://byline") as client:
            return await client.get(f"/conversations/{page.talk.conversation.conversation_id}.md")

    mine = asyncio.run(get("me"))
    assert mine.status_code == 200
    assert mine.headers["content-disposition"] == 'attachment; filename="Who-denied-responsibility.md"'
    assert "[1] US strikes Kataib Hezbollah, Voice of America, 13 March 2020" in mine.text
    for owner in ("you", None):
        assert asyncio.run(get(owner)).status_code == 404
