"""What happens on the page. Each act takes what is on it (`Page`) and gives what is drawn anew (`View`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from index.archive import Archive
from index.articles import Filters
from index.errors import ArchiveError, BylineError
from qa.answers import Answer
from qa.conversations import Conversations, Turn
from qa.encoding import printable
from qa.feedback import keep
from ui.adding import add
from ui.asking import Answers, asked
from ui.history import draw_history
from ui.judging import judge
from ui.login import NOBODYS
from ui.narrowing import draw_narrowing, narrowed_by
from ui.page import Given, Page, Talk, View
from ui.refusals import CRASHED
from ui.source import EMPTY, UNQUOTED, Place, draw_missing, draw_source
from ui.turns import RECENT_SHOWN, draw_suggestions, draw_turns, draw_welcome
from ui.words import count, unembedded

STOPPED = "Stopped."
LEFT = "The page was left before the answer came; ask again."

Suggests = Callable[[Answer, Sequence[str], Filters], list[str]]


class Chat:
    """The page's acts, over one archive."""

    def __init__(
        self,
        archive: Archive,
        assistant: Answers,
        examples: Sequence[str] = (),
        *,
        suggests: Suggests = lambda *_: [],
        allow_hosts: tuple[str, ...] = (),
    ) -> None:
        self._archive = archive
        self._assistant = assistant
        self._examples = tuple(examples)
        self._suggests = suggests
        self._allow_hosts = allow_hosts
        self._kept = Conversations(archive.path)

    # The page as it stands

    def begin(self, page: Page, conversation_id: str = "") -> View:
        """The page as it is opened: with the conversation of its address, or before the first question."""
        view = View(total=self._total(), narrowing=self._narrowing(page.filters), history=self._history(page))
        if page.talk.turns:  # somebody was quicker
            return view
        shown = self._shown(self.talk(conversation_id, page.owner), page)
        return replace(shown, question=None, total=view.total, narrowing=view.narrowing)

    def talk(self, conversation_id: str, owner: str | None) -> Talk:
        """The conversation of a page's address; a new one where it names none, or none any longer."""
        try:
            return self._opened(conversation_id, owner) if conversation_id else Talk()
        except ArchiveError:  # deleted since, or somebody else's
            return Talk()

    def again(self, page: Page, _: Given) -> Iterator[View]:
        """A new conversation."""
        yield self._shown(Talk(), page)

    # Asking: the question is drawn alone and kept, for whoever leaves the page; `read` answers it

    def ask(self, page: Page, _: Given | None = None) -> Iterator[View]:
        """Ask what is in the box; where the last question was put otherwise, in its place."""
        question = printable(page.question).strip()
        if question and page.talk.editing:
            yield replace(self._instead(question, page), question="")
        elif question:
            yield replace(self._asked(question, page.talk.turns, page), question="")

    def example(self, page: Page, given: Given) -> Iterator[View]:
        """A question on the page was chosen: ask it, of the article that it was made from if it was."""
        article = given.get("article")
        within = _within(page, (article,) if article and isinstance(article, str) else ())
        yield self._asked(printable(str(given.get("question", ""))), page.talk.turns, within)

    def retry(self, page: Page, _: Given) -> Iterator[View]:
        """Ask the last question again, in place of what came of it."""
        if turns := page.talk.turns:
            yield self._instead(turns[-1].question, page)

    def read(self, page: Page, _: Given | None = None) -> Iterator[View]:
        """Answer the question that waits: the answer as it comes, and at last what is beside it."""
        if not page.talk.waiting or page.left.is_set():
            return
        *before, last = page.talk.turns
        talk = page.talk
        with closing(asked(self._assistant, last.question, before, last.filters, page.left)) as growing:
            for turn in growing:
                if page.left.is_set():
                    return
                talk = talk.with_turns(*before, turn)
                if turn.waiting:
                    yield View(talk=talk, conversation=self._drawn(talk))
                    continue
                view = self._answered(replace(page, talk=talk))
                yield replace(view, conversation=self._drawn(view.talk or talk), source=self._source(turn))
                return

    def edit(self, page: Page, given: Given) -> Iterator[View]:
        """Put the last question into the box, to be sent in its own place; or leave it as it is after all."""
        if page.talk.turns:
            editing = given.get("cancel") is not True
            talk = replace(page.talk, editing=editing)
            question = page.talk.turns[-1].question if editing else ""
            yield View(question=question, talk=talk, conversation=self._drawn(talk))

    def suggest(self, page: Page) -> str:
        """What to ask next, after the last answer; "" where there is nothing good."""
        last = page.talk.turns[-1] if page.talk.turns else None
        if not last or not last.answer or not last.answer.citations:
            return ""
        asked = [turn.question for turn in page.talk.turns]
        try:
            made = self._suggests(last.answer, asked, page.filters)
            return draw_suggestions(made, last.answer.citations[0].article_id)
        except BylineError:  # nobody asked for it
            return ""

    def stopped(self, page: Page, _: Given) -> Iterator[View]:
        """The reading or writing was stopped; unless its answer was quicker."""
        yield from self._ended(page, STOPPED)

    def failed(self, page: Page, _: Given | None = None) -> Iterator[View]:
        """An answer broke off, for a reason that only the log can tell: say so, where it would have stood."""
        yield from self._ended(page, CRASHED)

    # The answers

    def thumb(self, page: Page, given: Given) -> Iterator[View]:
        """An answer was called right or wrong (once more: that is taken back), or the reason was told."""
        judged, thumb = judge(page.talk.turns, given)
        keep(self._archive.path, thumb)
        view = self._saved(replace(page, talk=page.talk.with_turns(*judged)))
        yield replace(view, conversation=self._drawn(view.talk or page.talk))

    def cite(self, page: Page, given: Given) -> Iterator[View]:
        """A mark or a title was chosen: the article, at that place."""
        try:
            where = Place.from_json(given)
            article = self._archive.article(where.article_id)
        except BylineError as error:
            yield View(source=draw_missing(str(error)))
            return
        stands = page.talk.quoted(where) in (None, article.text[where.start : where.end])
        yield View(source=draw_source(article, where, stands=stands))

    def narrow(self, _: Page, given: Given) -> Iterator[View]:
        """Filters were set, or taken away."""
        filters = narrowed_by(given)
        yield View(filters=filters, narrowing=self._narrowing(filters), suggested="")

    # Kept conversations

    def look(self, page: Page, _: Given | None = None) -> Iterator[View]:
        """The conversations in which the words of the search box stand."""
        yield View(history=self._history(page))

    def choose(self, page: Page, given: Given) -> Iterator[View]:
        """A conversation of the list was chosen: go on with it."""
        shown = self._shown(self._opened(str(given.get("id", "")), page.owner), page)
        yield replace(shown, question=None)  # what is being typed is not lost

    def rename(self, page: Page, given: Given) -> Iterator[View]:
        """A conversation was given another name."""
        if page.owner is not None:
            self._kept.rename(str(given.get("id", "")), str(given.get("name", "")), page.owner)
        yield View(history=self._history(page))

    def delete(self, page: Page, given: Given) -> Iterator[View]:
        """A conversation was deleted, after the page had asked whether it should be."""
        if page.owner is not None:
            self._kept.delete(str(given.get("id", "")), page.owner)
        if page.shows(given):
            yield from self.again(page, {})
        else:
            yield View(history=self._history(page))

    # Adding

    def add(self, files: Sequence[str] | None, pasted: str, page: Page) -> Iterator[tuple[str, bool, View]]:
        """Add articles: what is said of it, whether it is done, and then what is drawn anew."""
        for said, done in add(self._archive, [Path(f) for f in files or ()], pasted, self._allow_hosts):
            view = View()
            if done:
                view = View(total=self._total(), narrowing=self._narrowing(page.filters))
                if not page.talk.turns:
                    view = replace(view, conversation=self._drawn(page.talk))
            yield said, done, view

    def _asked(self, question: str, before: Sequence[Turn], page: Page) -> View:
        """The question as it waits to be read for; one that waited before it was stopped."""
        before = [replace(turn, error=STOPPED) if turn.waiting else turn for turn in before]
        talk = replace(page.talk, editing=False).with_turns(*before, Turn(question, filters=page.filters))
        view = self._saved(replace(page, talk=talk))
        return replace(view, conversation=self._drawn(view.talk or talk), suggested="")

    def _instead(self, question: str, page: Page) -> View:
        """The same in place of the last question; of the article alone that that was asked of, if it was."""
        *before, last = page.talk.turns
        return self._asked(question, before, _within(page, last.filters.article_ids))

    def _answered(self, page: Page) -> View:
        """Keep the conversation with its answer; not where it has just been deleted."""
        view = self._saved(page)
        kept = (view.talk or page.talk).conversation.conversation_id
        if page.left.is_set() and page.owner is not None and not page.shows({"id": kept}):
            self._kept.delete(kept, page.owner)
        return view

    def _ended(self, page: Page, sentence: str) -> Iterator[View]:
        if page.talk.waiting:
            *before, last = page.talk.turns
            talk = page.talk.with_turns(*before, replace(last, error=sentence))
            view = self._saved(replace(page, talk=talk))
            yield replace(view, conversation=self._drawn(view.talk or talk), source=EMPTY)

    def _saved(self, page: Page) -> View:
        """Keep the conversation. Where that cannot be, it goes on all the same, and a warning says so."""
        if page.owner is None:
            return View(talk=page.talk)
        try:
            talk = replace(page.talk, conversation=self._kept.keep(page.talk.conversation, page.owner))
        except ArchiveError as error:
            return View(talk=page.talk, warning=str(error))
        return View(talk=talk, history=self._history(replace(page, talk=talk)))

    def _opened(self, conversation_id: str, owner: str | None) -> Talk:
        """A kept conversation, where no question is waiting: whoever waited has gone."""
        if owner is None:
            raise ArchiveError(NOBODYS)
        kept = self._kept.one(conversation_id, owner)
        turns = (replace(turn, error=LEFT) if turn.waiting else turn for turn in kept.turns)
        return Talk(replace(kept, turns=tuple(turns)))

    def _shown(self, talk: Talk, page: Page) -> View:
        """Another conversation in place of that on the page."""
        return View(
            question="",
            talk=talk,
            conversation=self._drawn(talk),
            suggested="",
            source=self._front(talk),
            history=self._history(replace(page, talk=talk)),
        )

    def _drawn(self, talk: Talk) -> str:
        if talk.turns:
            return draw_turns(talk.turns, talk.conversation.conversation_id, editing=talk.editing)
        return draw_welcome(self._archive.articles(limit=RECENT_SHOWN), self._examples)

    def _front(self, talk: Talk) -> str:
        """The source beside a conversation that is opened; before any, an only article can be read."""
        if talk.turns:
            return self._source(talk.turns[-1]) or EMPTY
        newest = self._archive.articles(limit=2)
        return draw_source(newest[0], Place(newest[0].article_id)) if len(newest) == 1 else EMPTY

    def _source(self, turn: Turn) -> str | None:
        if turn.answer is None:
            return EMPTY if turn.error else None
        if not turn.answer.citations:
            return UNQUOTED
        where = Place.of(turn.answer.citations[0])
        try:
            article = self._archive.article(where.article_id)
        except ArchiveError as error:
            return draw_missing(str(error))
        stands = article.text[where.start : where.end] == turn.answer.citations[0].quote
        return draw_source(article, where, stands=stands)

    def _history(self, page: Page) -> str:
        try:
            listed = [] if page.owner is None else self._kept.listed(page.owner, page.looking)
        except ArchiveError as error:
            return draw_missing(str(error))
        return draw_history(listed, page.talk.conversation.conversation_id, page.looking.strip())

    def _narrowing(self, filters: Filters) -> str:
        return draw_narrowing(filters, self._archive.catalog.counts().sources)

    def _total(self) -> str:
        """How much there is to ask about, for the head of the page."""
        counts = self._archive.catalog.counts()
        waiting = counts.passages - counts.embedded
        said = count(counts.articles, "article")
        if waiting:
            said += f", {count(waiting, 'passage')} still to be embedded"
        return f'<p class="total" title="{unembedded(waiting)}">{said}</p>'


def _within(page: Page, article_ids: tuple[str, ...]) -> Page:
    """The page with its filters, and these articles alone."""
    return replace(page, filters=replace(page.filters, article_ids=article_ids))
