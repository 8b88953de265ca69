"""Kept conversations in a real browser; filters, suggestions, and articles added by their address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.qa.faulty_server import Script, faulty

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPENED = "When was the new bridge of Velden opened?"
CLOSED = "When was the bridge of Velden closed?"
MAYOR = "Who is the mayor of Velden?"

Visit = Callable[[BrowserContext, str], Any]  # gives a `Watched`, of conftest


def listed(page: Page, name: str) -> Any:
    """The conversations of this name in the list."""
    return page.locator("#list li").filter(has=page.get_by_role("button", name=name, exact=True))


def act(page: Page, name: str, what: str) -> None:
    """Choose from a conversation's menu."""
    listed(page, name).locator("summary").click()
    listed(page, name).locator(".acts").get_by_text(what, exact=True).click()


def test_a_conversation_is_kept_found_again_and_gone_on_with(
    context: BrowserContext, papers_chat: str, visit: Visit
) -> None:
    seen = visit(context, papers_chat)
    page = seen.page
    seen.ask(OPENED)
    expect(listed(page, OPENED)).to_have_count(1)
    expect(listed(page, OPENED).locator("[aria-current=true]")).to_be_visible()
    expect(page).to_have_url(re.compile("conversation="))
    page.locator(".next").wait_for()  # what is still on its way when a page is left, Gradio calls an error
    page.reload()
    expect(page.locator(".question")).to_have_text(OPENED)
    expect(page.locator(".short")).to_contain_text("4 May 2021")
    expect(page.locator("#source mark.quote").first).to_be_visible()
    seen.ask(MAYOR)
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page).not_to_have_url(re.compile("conversation="))
    seen.ask(CLOSED)
    expect(page.locator("#list .name").first).to_have_text(CLOSED)
    search = page.get_by_role("textbox", name="Search conversations")
    search.fill("ada quill")
    expect(page.locator("#list li")).to_have_count(1)  # it stands in an answer
    search.fill("no such words")
    expect(page.locator("#list")).to_contain_text("No conversation has these words.")
    search.fill("opened")
    listed(page, OPENED).locator(".name").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".short").last).to_contain_text("Ada Quill")
    search.fill("")
    act(page, CLOSED, "Delete")
    listed(page, CLOSED).get_by_role("button", name="Delete", exact=True).click()
    expect(listed(page, CLOSED)).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(2)


def test_a_conversation_is_renamed_exported_and_deleted_by_keyboard(
    context: BrowserContext, papers_chat: str, visit: Visit
) -> None:
    seen = visit(context, papers_chat)
    page = seen.page
    seen.ask(CLOSED)
    page.locator("#list [aria-current] ~ details summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Rename").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("Cracks <b>in</b> the piers")
    page.keyboard.press("Enter")
    name = "Cracks <b>in</b> the piers"
    expect(listed(page, name)).to_have_count(1)
    expect(listed(page, name).locator(".name")).to_be_focused()
    with page.expect_download() as download:
        act(page, name, "Export")
    assert download.value.suggested_filename == "Cracks-b-in-b-the-piers.md"
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith("# Cracks \\<b\\>in")
    assert "**9 June 2022** [1]" in text
    assert "[1] Velden closes its bridge, Gazette, 9 June 2022" in text
    act(page, name, "Delete")
    expect(page.get_by_role("group", name="Delete this conversation?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed(page, name)).to_have_count(1)
    act(page, name, "Delete")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(listed(page, name)).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()


def test_on_a_phone_the_conversations_are_a_drawer(
    phone: BrowserContext, papers_chat: str, visit: Visit
) -> None:
    seen = visit(phone, papers_chat)
    page = seen.page
    seen.ask(OPENED)
    expect(page.locator("#history")).not_to_be_in_viewport()
    page.get_by_role("button", name="Conversations", exact=True).tap()
    expect(page.get_by_role("textbox", name="Search conversations")).to_be_focused()
    expect(listed(page, OPENED).first).to_be_in_viewport()
    page.get_by_role("button", name="Close the conversations").tap()
    expect(page.locator("#history")).not_to_be_in_viewport()
    expect(page.get_by_role("button", name="Conversations", exact=True)).to_be_focused()
    page.get_by_role("button", name="New conversation").tap()
    expect(page.locator(".welcome")).to_be_visible()
    page.get_by_role("button", name="Conversations", exact=True).tap()
    listed(page, OPENED).first.locator(".name").tap()
    expect(page.locator("#history")).not_to_be_in_viewport()
    expect(page.locator(".short")).to_contain_text("4 May 2021")


def test_filters_are_seen_while_they_are_in_force(
    context: BrowserContext, papers_chat: str, visit: Visit
) -> None:
    seen = visit(context, papers_chat)
    page = seen.page
    page.get_by_text("all articles").click()
    page.get_by_label("Until").fill("2021-12-31")
    page.get_by_label("Courier").check()
    page.get_by_role("button", name="Apply").click()
    said = "until 31 December 2021, of Courier"
    expect(page.locator("#narrowing summary")).to_contain_text(f"Only {said}")
    expect(page.locator("#narrowing summary")).to_be_focused()
    seen.ask(CLOSED)
    expect(page.locator(".only")).to_have_text(f"Only articles {said}")
    expect(page.locator(".turn")).not_to_contain_text("9 June 2022")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("#narrowing summary")).to_contain_text("all articles")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".short")).to_contain_text("9 June 2022")
    expect(page.locator(".only")).to_have_count(0)
    page.get_by_text("all articles").click()
    page.get_by_label("From").fill("2022-01-01")
    page.get_by_label("Until").fill("2021-01-01")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("No day is from")).to_be_visible()
    expect(page.locator("#narrowing summary")).to_contain_text("all articles")


def test_a_suggested_question_is_of_the_article_and_is_answered(
    context: BrowserContext, papers_chat: str, visit: Visit
) -> None:
    seen = visit(context, papers_chat)
    page = seen.page
    seen.ask(OPENED)
    offered = page.locator(".next button")
    offered.first.wait_for()
    questions = offered.all_inner_texts()
    assert 1 <= len(questions) <= 3
    assert OPENED not in questions
    offered.first.click()
    expect(page.locator(".question").nth(1)).to_have_text(questions[0])
    expect(page.locator(".turn").nth(1).locator("figcaption")).to_contain_text("Velden opens its bridge")
    expect(page.locator(".turn").nth(1).locator(".only")).to_have_text("Only articles cited before")


def test_suggestions_ask_no_llm(
    context: BrowserContext, papers: Path, serve: Callable[..., str], visit: Visit
) -> None:
    script = Script(["This has no mark."])
    with faulty(script) as address:
        page = (seen := visit(context, serve(papers, BYLINE_LLM=address))).page
        seen.ask(OPENED)
        written = len(script.asked)
        assert written > 0
        expect(page.locator(".next button")).not_to_have_count(0)
        assert len(script.asked) == written


def test_an_article_is_added_by_its_address_and_asked_about(
    context: BrowserContext, papers_chat: str, visit: Visit, news_site: str
) -> None:
    seen = visit(context, papers_chat)
    page = seen.page
    page.get_by_role("button", name="Add articles").click()
    panel = page.get_by_role("dialog", name="Add articles")
    panel.get_by_role("textbox").fill("http://192.168.0.1/private")
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel.get_by_role("alert")).to_contain_text("is on this machine or a private network")
    panel.get_by_role("textbox").fill(f"{news_site}/harbour")
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel).to_contain_text("1 article added.")
    panel.get_by_role("button", name="Close").click()
    seen.ask("Which ship was the first to enter the harbour of Velden?")
    expect(page.locator(".short")).to_contain_text("Marigold")
    expect(page.locator("#source a")).to_have_attribute("href", f"{news_site}/harbour")


def test_a_file_that_is_too_large_is_a_sentence_on_the_page(
    context: BrowserContext, papers_chat: str, visit: Visit, tmp_path: Any
) -> None:
    (tmp_path / "large.md").write_bytes(b"Word " * 500_000)
    page = visit(context, papers_chat).page
    page.get_by_role("button", name="Add articles").click()
    panel = page.get_by_role("dialog", name="Add articles")
    panel.locator("input[type=file]").set_input_files(tmp_path / "large.md")
    expect(page.locator("#files")).to_contain_text("large")
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel.get_by_role("alert")).to_contain_text("'large.md' is larger than the 2 MB")
    expect(panel).to_contain_text("Taken are text (.txt)")


def test_with_a_password_each_browser_has_its_own_conversations(
    context: BrowserContext, phone: BrowserContext, locked_chat: str, visit: Visit
) -> None:
    for browser in (context, phone):
        page = browser.new_page()
        page.goto(f"{locked_chat}/login")
        page.get_by_label("Password").fill("correct horse")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{locked_chat}/")
        page.close()
    mine = visit(context, locked_chat)
    mine.ask("Who denied responsibility?")
    expect(mine.page.locator("#list li")).to_have_count(1)
    other = visit(phone, locked_chat)
    expect(other.page.locator("#list .nothing")).to_have_count(1)
    other.page.goto(mine.page.url)
    expect(other.page.locator(".welcome")).to_be_visible()
    export = mine.page.locator("#list a").first.get_attribute("href")
    assert context.request.get(f"{locked_chat}/{export}").status == 200
    assert phone.request.get(f"{locked_chat}/{export}").status == 404
