"""An LLM that writes on the page, in a real browser: the small one that runs here, behind its real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from qa.local_llm import Running
from tests.qa.small_server import busy, idle_soon, started

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "Tell me everything about the strikes, in many sentences."
LONG = 250_000  # milliseconds: on a busy machine it reads slowly
SENTENCE = ":is(.written, .struck)"

Visit = Callable[[BrowserContext, str], Any]  # gives a `Watched`, of conftest


@pytest.fixture(scope="module")
def llm() -> Running:
    return started()


@pytest.fixture(scope="module")
def writing_chat(llm: Running, serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A chat whose answers are long, and from few passages, so that the first sentence comes soon."""
    settings = {"USE": llm.address, "KEY": llm.key, "TOKENS": "1000", "TIMEOUT": "280"}
    named = {f"BYLINE_LLM_{name}".removesuffix("_USE"): value for name, value in settings.items()}
    return serve(tmp_path_factory.mktemp("writing") / "archive", **named, BYLINE_K="1")


def test_sentences_come_as_they_are_written_and_stop_reaches_the_llm(
    context: BrowserContext, writing_chat: str, llm: Running, visit: Visit
) -> None:
    page = visit(context, writing_chat).page
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    sentence = page.locator(f".turn:has(.reading) {SENTENCE}").first
    sentence.wait_for(timeout=LONG)
    said = sentence.inner_text()
    assert busy(llm)
    expect(page.locator(".reading")).to_contain_text("Writing")
    expect(stop).to_be_focused()  # though it was drawn anew
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Stopped.")
    expect(page.locator(".reading")).to_have_count(0)
    expect(page.locator(f".turn {SENTENCE}").first).to_have_text(said)
    assert idle_soon(llm)
    counted = context.request.get(f"{writing_chat}/metrics").text()
    assert 'byline_questions_total{outcome="stopped"} 1.0' in counted
    page.reload()
    expect(page.locator(f".turn {SENTENCE}").first).to_have_text(said)
    expect(page.get_by_role("alert")).to_have_text("Stopped.")
