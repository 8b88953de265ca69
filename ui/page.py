"""What is on somebody's page, and what of it is drawn anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from index.articles import Filters
from qa.conversations import Conversation, Turn
from ui.source import Place

Given = Mapping[str, Any]  # what an event of the page's own carries; it may be anything


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation on a page; `editing`: the next question takes the place of the last."""

    conversation: Conversation = Conversation()
    editing: bool = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.conversation.turns

    @property
    def waiting(self) -> bool:
        """Whether its last question is still being read for."""
        return bool(self.turns) and self.turns[-1].waiting

    def with_turns(self, *turns: Turn) -> Talk:
        """The same conversation with these turns."""
        return replace(self, conversation=replace(self.conversation, turns=turns))

    def quoted(self, where: Place) -> str | None:
        """What was quoted from this place, if anything: the article may have been edited since."""
        place = where.article_id, where.start, where.end
        for turn in self.turns:
            written = [citation for sentence in turn.sentences for citation in sentence.citations]
            for cited in turn.answer.citations if turn.answer else written:
                if (cited.article_id, cited.start, cited.end) == place:
                    return cited.quote
            for found in turn.answer.passages if turn.answer else ():
                passage = found.passage
                if (passage.article_id, passage.start, passage.end) == place:
                    return passage.text
        return None


@dataclass(frozen=True, slots=True)
class Page:
    """What is on somebody's page: in the question box, in the search box, and so on.

    `owner` is whose conversations it shows; None: of nobody, and none are kept. `left` is set
    where a question that is being answered was stopped, or the page has gone on to something else.
    """

    question: str = ""
    looking: str = ""
    talk: Talk = Talk()
    filters: Filters = Filters()
    owner: str | None = ""
    left: Event = field(default_factory=Event)

    def asks(self, _: Given) -> bool:
        """Whether a question stands in its box."""
        return bool(self.question.strip())

    def shows(self, given: Given) -> bool:
        """Whether the conversation that an event names is the one on the page."""
        return given.get("id") == self.talk.conversation.conversation_id


@dataclass(frozen=True, slots=True)
class View:
    """What of the page is drawn anew; None: that stays as it is. `warning` is a sentence for a while."""

    question: str | None = None
    talk: Talk | None = None
    filters: Filters | None = None
    conversation: str | None = None
    suggested: str | None = None
    source: str | None = None
    history: str | None = None
    narrowing: str | None = None
    total: str | None = None
    warning: str | None = None
