"""axe-core over every screen: wide, narrow and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[[BrowserContext, str], Any]  # gives a `Watched`, of conftest

# Under a sheet or a dialog the page rests with its heading.
OPTIONS = {"resultTypes": ["violations"], "rules": {"page-has-heading-one": {"enabled": False}}}


def faults(page: Page, screen: str) -> list[str]:
    """What axe finds against WCAG A and AA, and its own best practices."""
    page.wait_for_timeout(400)  # a drawer or a sheet that is still moving has no place yet
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{screen}: {fault['id']} {node['target']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (820, "light"), (390, "dark")]
)
def test_every_screen_is_accessible(
    browser: Browser, papers_chat: str, visit: Visit, width: int, scheme: Any
) -> None:
    found: list[str] = []
    size = {"width": width, "height": 900}
    with browser.new_context(viewport=size, color_scheme=scheme, has_touch=width < 400) as context:
        seen = visit(context, papers_chat)
        page = seen.page
        found += faults(page, "empty")
        page.locator("#narrowing summary").click()
        found += faults(page, "filters")
        page.get_by_label("Courier").check()
        page.get_by_role("button", name="Apply").click()
        expect(page.locator("[data-filters=on]")).to_be_visible()
        seen.ask("What is the recipe for a good onion soup?")
        found += faults(page, "abstention")
        seen.ask("When was the new bridge of Velden opened?")
        page.locator(".next").wait_for()
        page.get_by_role("button", name="Wrong", exact=True).last.click()
        page.get_by_label("What would have been right?").wait_for()
        found += faults(page, "answer")
        page.locator(".short .cite").last.click()
        page.locator("#source h2").wait_for()
        found += faults(page, "source")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Edit question").click()
        page.locator(".editing").wait_for()
        found += faults(page, "editing")
        if width < 1200:
            page.get_by_role("button", name="Conversations", exact=True).click()
        page.locator("#list summary").first.click()
        found += faults(page, "conversations")
        page.locator("#list [data-act=rename]").first.click()
        found += faults(page, "renaming")
        page.keyboard.press("Escape")
        page.locator("#list summary").first.click()
        page.locator("#list [data-act=delete]").first.click()
        found += faults(page, "deleting")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Add articles").click()
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("alert").wait_for()
        found += faults(page, "adding")
    assert found == []
