"""An article, a citation in it, and answers that stand on it; and an archive, served on loopback."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import uvicorn
from fastapi import FastAPI

from index.archive import Archive
from index.articles import Article, Passage, ScoredPassage
from index.sources import sample_article
from index.stories import Telling
from qa.answers import Answer, Citation, Timings
from qa.assistant import Assistant
from ui.access import Access
from ui.desk import Asks, Desk
from ui.server import address, api_app, chat_app, listening

TEXT = (
    "The depot burned.\n\nThe group [red] denied it was responsible, a \x1b[31mspokesman said.\nIt was late."
)
QUOTE = "The group [red] denied it was responsible, a \x1b[31mspokesman said."


@pytest.fixture
def article() -> Article:
    return Article(
        "a1b2",
        "Depot <b>burns</b> [1]",
        TEXT,
        "2020-03-13",
        "A. Writer",
        "VOA",
        "https://example.org/a?b=1&c=2",
    )


@pytest.fixture
def answer(article: Article) -> Answer:
    start = TEXT.index(QUOTE)
    citation = Citation(
        1,
        article.article_id,
        article.title,
        article.source,
        article.published,
        article.url,
        QUOTE,
        start,
        start + len(QUOTE),
        start,
        start + len("The group"),
    )
    return Answer("Who denied it?", "The group", 0.91, (citation,), (), Timings(1, 2, 3))


@pytest.fixture
def told_elsewhere(answer: Answer) -> Answer:
    """The same answer, from an updated version of a story that another source copied."""
    copy = Telling("c3", "Blaze <i>", "Courier", "2020-03-15", None, "https://courier.example/1")
    before = Telling("v1", "Depot burns", "VOA", "2020-03-12", None, None)
    after = Telling("v3", "Depot burned", "VOA", "2020-03-14", "2020-03-16T08:00:00Z", None)
    cited = replace(answer.citations[0], also_in=(copy,), earlier=(before,), later=(after,))
    return replace(answer, citations=(cited,))


@pytest.fixture
def abstention(article: Article) -> Answer:
    passage = Passage("a1b2:0-17", article.article_id, TEXT[:17], 0, 17)
    scored = ScoredPassage(passage, 0.5, article.title, article.published)
    return Answer("Who paid?", None, 0.04, (), (scored,))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of the sample article."""
    with Archive.open(tmp_path_factory.mktemp("sample") / "archive", threads=1) as archive:
        archive.ingest([sample_article()])
        yield archive


Running = dict[str, tuple[uvicorn.Server, threading.Thread]]


@pytest.fixture(scope="module")
def running() -> Running:
    """The servers that were started, by address."""
    return {}


@pytest.fixture(scope="module")
def serve(sample: Archive, running: Running) -> Iterator[Callable[..., str]]:
    """Serve the sample's archive on a port of its own; gives the address. Without `page`, all but that."""
    own = Assistant(sample)

    def start(access: Access | None = None, assistant: Asks = own, *, page: bool = False) -> str:
        given = access or Access()

        async def made() -> FastAPI:  # where no loop runs Gradio opens some, and leaves them open
            if page:
                return chat_app(sample, assistant, access=given)
            return api_app(sample, Desk(assistant), access=given)

        app = asyncio.run(made())
        listener = listening("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running[address("127.0.0.1", listener)] = server, thread
        return address("127.0.0.1", listener)

    yield start
    for place in running:
        end(running, place)


@pytest.fixture
def stop(running: Running) -> Callable[[str], None]:
    """Stop the server at an address as Ctrl-C does, and wait until it has."""
    return lambda place: end(running, place)


def end(running: Running, place: str) -> None:
    server, thread = running[place]
    server.should_exit = True
    thread.join()
