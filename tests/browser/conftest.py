"""A real chat, served by the real command on an archive of its own, and a real browser to look at it."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ui.password import hash_password
from ui.server import listening

BYLINE = (sys.executable, "-c", "from ui.cli import main; main()")
SLOW = (  # the same, where every question takes three seconds once the page is served
    sys.executable,
    "-c",
    "import time; from qa.assistant import Assistant as A; from ui.cli import main\n"
    "own, warm = A.stream, []\n"
    "def slow(*given, **named):\n"
    "    time.sleep(3 if warm else 0); warm.append(1)\n"
    "    return own(*given, **named)\n"
    "A.stream = slow; main()",
)
ROOT = Path(__file__).parents[2]
LOCAL = "http://127.0.0.1:"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

HOSTILE = {
    "title": "Ministry <script>window.ran = 'title'</script> <img src=x onerror=\"window.ran = 'image'\">",
    "text": (
        "The ministry of <b>glassware</b> denied the leak on Tuesday. <script>window.ran = 'text'</script> "
        "Its minister, Ada Quill, said </p></div></article> that ${window.ran = 'template'} `none` left.\n\n"
        '<img src="https://outside.example/pixel.png" onerror="window.ran = \'pixel\'"> '
        "The factory in Velden has 4,120 workers, {{value}} according to the minister.\n\n"
        '<link rel="stylesheet" href="https://outside.example/a.css"><iframe src="https://outside.example/">'
        "</iframe> The union <!-- hidden --> disagreed on Wednesday &lt;b&gt;loudly&lt;/b&gt;."
    ),
    "published": "2021-05-04",
    "source": "<i>The Daily</i>",
    "url": "javascript:window.ran='link'",
}


PAPERS = (
    {
        "title": "Velden opens its bridge",
        "text": (
            "The new bridge of Velden was opened on 4 May 2021 after three years of work.\n\n"
            "Ada Quill, the mayor of Velden, said the bridge had cost 12 million euros.\n\n"
            "Tom Marsh, 61, was the first to cross it on his bicycle, and waved to the people below.\n\n"
            "The Velden Council rejected a toll for lorries that the builders had proposed.\n\n"
            "At least 40 workers were injured while the bridge was built, the union said."
        ),
        "published": "2021-05-04",
        "source": "Courier",
    },
    {
        "title": "Velden closes its bridge",
        "text": (
            "The bridge of Velden was closed on 9 June 2022 after cracks were found in two of its piers.\n\n"
            "Rosa Lind, the chief engineer of the county, said repairs would take seven months."
        ),
        "published": "2022-06-09",
        "source": "Gazette",
    },
)

expect.set_options(timeout=30_000)  # a busy machine is no fault of the page


@dataclass
class Watched:
    """A page, and what it did that the user does not see."""

    page: Page
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question, send it with Enter, and wait for what comes of it."""
        done = self.page.locator(".turn:not(:has(.reading))").count()
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator(".turn:not(:has(.reading))").nth(done).wait_for()


@pytest.fixture(scope="module")  # Playwright's event loop runs as long as it does: other tests have their own
def browser() -> Iterator[Browser]:
    find_chromium = runpy.run_path(str(Path(__file__).parent / "install.py"))["find_chromium"]
    path = find_chromium()
    assert path, "no Chromium; run `make browser`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., str]]:
    """Start `byline chat` on an archive; gives its address."""
    running: list[subprocess.Popen[str]] = []

    def start(archive: Path, byline: tuple[str, ...] = BYLINE, **settings: str) -> str:
        with listening("127.0.0.1", 0) as free:
            port = free.getsockname()[1]
        command = [*byline, "--archive", str(archive), "--threads", "1", "chat", "--port", str(port)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **settings},
        )
        running.append(process)
        assert process.stdout
        line = process.stdout.readline()
        assert f"{LOCAL}{port}" in line, line
        return f"{LOCAL}{port}"

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="module")
def chat(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The chat as it is on a first run: with the sample article."""
    return serve(tmp_path_factory.mktemp("first-run") / "archive")


@pytest.fixture(scope="module")
def slow_chat(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A chat in which reading takes long enough to be stopped."""
    return serve(tmp_path_factory.mktemp("slow") / "archive", SLOW)


@pytest.fixture
def own_chat(serve: Callable[..., str], tmp_path: Path) -> str:
    """A first run of this test alone: articles can be added to it."""
    return serve(tmp_path / "archive")


@pytest.fixture
def locked_chat(serve: Callable[..., str], tmp_path: Path) -> str:
    """A chat behind the password `correct horse`."""
    return serve(tmp_path / "archive", BYLINE_PASSWORD_HASH=hash_password("correct horse"))


@pytest.fixture(scope="module")
def hostile_chat(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A chat over an article full of markup."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "articles.jsonl").write_text(json.dumps(HOSTILE) + "\n", encoding="utf-8")
    subprocess.run(
        [*BYLINE, "--archive", str(folder / "archive"), "ingest", str(folder / "articles.jsonl")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return serve(folder / "archive")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two articles of two sources."""
    folder = tmp_path_factory.mktemp("papers")
    lines = "".join(f"{json.dumps(paper)}\n" for paper in PAPERS)
    (folder / "articles.jsonl").write_text(lines, encoding="utf-8")
    subprocess.run(
        [*BYLINE, "--archive", str(folder / "archive"), "ingest", str(folder / "articles.jsonl")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder / "archive"


@pytest.fixture(scope="module")
def papers_chat(serve: Callable[..., str], papers: Path) -> str:
    """A chat over two articles of two sources, which may fetch from this machine."""
    return serve(papers, BYLINE_ALLOW_HOSTS="127.0.0.1")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop browser, as fresh as a first visit."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield context


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone: 375 pixels wide, with touch."""
    size = {"width": 375, "height": 740}
    with browser.new_context(viewport=size, has_touch=True, is_mobile=True) as context:
        yield context


def fault_in(error: object) -> list[str]:
    """What went wrong; that a reload cuts off what the page was still reading is no fault."""
    cut_off = any(words in str(error) for words in ("AbortError", "Connection errored out"))
    return [] if cut_off else [str(error)]


@pytest.fixture
def visit() -> Iterator[Callable[[BrowserContext, str], Watched]]:
    """Open the page and watch it; no request may leave the machine, and no script may fail."""
    visits: list[Watched] = []

    def open_page(context: BrowserContext, address: str) -> Watched:
        watched = Watched(context.new_page())
        visits.append(watched)
        context.on(
            "request",
            lambda r: (
                watched.outside.append(r.url) if not r.url.startswith((LOCAL, "data:", "blob:")) else None
            ),
        )
        watched.page.on("pageerror", lambda error: watched.faults.extend(fault_in(error)))
        watched.page.on(
            "console", lambda m: watched.faults.extend(fault_in(m.text)) if m.type == "error" else None
        )
        watched.page.goto(address)
        watched.page.locator("body[data-chat=ready] .welcome").wait_for()
        return watched

    yield open_page
    for watched in visits:
        assert watched.outside == []
        assert watched.faults == []
