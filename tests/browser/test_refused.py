"""What the page says where it may not do what it was asked: too often, too large, or after the session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "Who denied responsibility?"

Visit = Callable[[BrowserContext, str], Any]  # gives a `Watched`, of conftest


def logged_in(context: BrowserContext, address: str) -> Page:
    """The page behind the password; not by `visit`, which calls a 401 a fault."""
    page = context.new_page()
    page.goto(address)
    log_in(page)
    return page


def log_in(page: Page) -> None:
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    page.locator("body[data-chat=ready] #question textarea").wait_for()


def test_too_many_questions_are_one_sentence_and_what_is_no_question_goes_on(
    context: BrowserContext, serve: Callable[..., str], visit: Visit, tmp_path: Path
) -> None:
    seen = visit(context, serve(tmp_path / "archive", BYLINE_RATE="1"))
    page = seen.page
    seen.ask(QUESTION)
    page.get_by_role("button", name="Right", exact=True).click()
    expect(page.get_by_role("button", name="Right", exact=True)).to_have_attribute("aria-pressed", "true")
    page.locator("#narrowing summary").click()
    page.get_by_label("From").fill("2019-01-01")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#narrowing summary")).to_contain_text("from 1 January 2019")
    page.locator("#list summary").click()
    page.get_by_role("button", name="Rename").first.click()
    page.get_by_role("textbox", name="Name").fill("The strikes")
    page.keyboard.press("Enter")
    expect(page.locator("#list .name")).to_have_text("The strikes")
    page.locator("#question textarea").fill("How many weapons depots were hit?")
    page.keyboard.press("Enter")
    said = page.get_by_text("Only 1 question a minute may be asked from here; ask again in")
    expect(said).to_have_count(1)
    expect(page.locator("#question textarea")).to_have_value("How many weapons depots were hit?")
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()


def test_a_session_that_has_ended_leads_to_the_password_and_back(
    context: BrowserContext, locked_chat: str
) -> None:
    page = logged_in(context, locked_chat)
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".short")).to_contain_text("Kataib Hezbollah")
    conversation = page.url
    context.clear_cookies(name="byline_session")
    page.locator("#question textarea").fill("How many weapons depots were hit?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "Your session has ended; log in again, and the conversation goes on."
    )
    page.get_by_label("Password").fill("wrong horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the password")
    log_in(page)
    expect(page).to_have_url(conversation)
    expect(page.locator(".question")).to_have_text(QUESTION)
    expect(page.locator("#question textarea")).to_have_value("How many weapons depots were hit?")
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn .cite").last).to_be_visible()


def test_a_file_beyond_the_limit_is_named_and_the_others_are_taken(
    context: BrowserContext, own_chat: str, visit: Visit, tmp_path: Path
) -> None:
    with (tmp_path / "decade.pdf").open("wb") as large:
        large.truncate(100_000_001)
    (tmp_path / "soup.txt").write_text("Soup prize\n\nThe cook Marie Blanc won the national soup prize.")
    page = visit(context, own_chat).page
    page.get_by_role("button", name="Add articles").click()
    panel = page.get_by_role("dialog", name="Add articles")
    panel.locator("input[type=file]").set_input_files([tmp_path / "decade.pdf", tmp_path / "soup.txt"])
    sentence = "“decade.pdf” is larger than the 100 MB that a file may have here; split it, or add it with"
    expect(panel.get_by_role("alert")).to_contain_text(sentence)
    expect(page.locator("#files")).to_contain_text("soup")
    expect(page.locator("#files")).not_to_contain_text("decade")
    expect(panel.get_by_role("button", name="Add more files")).to_be_visible()
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel).to_contain_text("1 article added.")
