"""The evaluation's report in a real browser: searched, filtered and read, from the disk, with no network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BYLINE = (sys.executable, "-c", "from ui.cli import main; main()")
Open = Callable[[BrowserContext], Page]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the adversarial suite's numbers by the plainest answerer, evidence withheld."""
    folder = tmp_path_factory.mktemp("run")
    words = [
        "eval",
        "adversarial",
        "--only",
        "number",
        "--baseline",
        "first-sentence",
        "--withhold-evidence",
        "--out",
    ]
    command = [*BYLINE, "--threads", "1", *words, str(folder)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return folder


@pytest.fixture
def opened(run: Path) -> Iterator[Open]:
    """Open the report; it may load nothing but itself, and no script may fail."""
    loaded: list[str] = []
    faults: list[str] = []

    def open_report(context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("request", lambda request: loaded.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.goto((run / "report.html").as_uri())
        expect(page.locator(".case").first).to_be_visible()
        return page

    yield open_report
    assert loaded == [(run / "report.html").as_uri()]
    assert faults == []


def count(page: Page) -> int:
    return int(page.locator("#count").inner_text().split()[0])


def test_searching_and_filtering(context: BrowserContext, opened: Open) -> None:
    page = opened(context)
    whole = count(page)
    page.get_by_label("Search").fill("Port Calder")
    assert 0 < count(page) < whole
    page.keyboard.press("Enter")  # no form is sent, nothing is lost
    expect(page.get_by_label("Search")).to_have_value("Port Calder")
    page.get_by_label("Search").fill("no such words anywhere")
    expect(page.locator("#count")).to_contain_text("No case matches")
    page.get_by_label("Search").fill("")
    page.get_by_label("Tag").select_option("evidence withheld")
    tagged = count(page)
    assert 0 < tagged < whole
    page.locator(".buckets button", has_text="withheld: answered").click()
    assert count(page) <= tagged
    expect(page.locator(".case .badge").first).to_have_text("withheld: answered")
    page.locator(".buckets button", has_text="withheld: answered").click()
    assert count(page) == tagged


def test_more_cases_are_shown_when_asked_for(context: BrowserContext, opened: Open) -> None:
    page = opened(context)
    assert page.locator(".case").count() == 50 < count(page)
    page.get_by_role("button", name="Show more").click()
    assert page.locator(".case").count() == count(page)
    expect(page.locator("#more")).to_be_hidden()


def test_a_case_shows_its_quote_in_context_and_its_passages(context: BrowserContext, opened: Open) -> None:
    page = opened(context)
    page.get_by_label("Search").fill("How much was the harbor authority of Port Calder fined?")
    case = page.locator(".case").first
    case.locator("summary").first.press("Enter")
    expect(case.locator(".context mark")).to_contain_text("The harbor authority of Port Calder was fined")
    expect(case.locator(".inside")).to_contain_text("on gold evidence")
    passage = case.locator(".passage").first
    expect(passage.locator("p")).to_be_hidden()
    passage.locator("summary").click()
    expect(passage.locator("p")).to_contain_text("2.4 million dollars")


def test_plots_are_drawn_with_words_for_those_who_cannot_see_them(
    context: BrowserContext, opened: Open
) -> None:
    page = opened(context)
    for name in (
        "Risk against coverage",
        "Calibration: share right against confidence",
        "Found among the first k passages",
        "Latency: share of the cases done in time",
        "Confidence: share of the cases with no more",
    ):
        drawing = page.get_by_role("img", name=name)
        expect(drawing).to_be_visible()
        assert drawing.locator("polyline").count() >= 1


def test_nothing_stands_out_of_a_phone(phone: BrowserContext, opened: Open) -> None:
    page = opened(phone)
    page.locator(".case > summary").first.tap()
    expect(page.locator(".inside").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.evaluate(
        """[...document.querySelectorAll(".plots svg text")].filter((text) => {
            const box = text.getBoundingClientRect(), whole = text.ownerSVGElement.getBoundingClientRect();
            return box.left < whole.left - 0.5 || box.right > whole.right + 0.5;
        }).map((text) => text.textContent)"""
    )
    assert cut == []


def test_a_tag_of_the_table_leads_to_its_cases(context: BrowserContext, opened: Open) -> None:
    page = opened(context)
    page.get_by_role("link", name="injection", exact=True).click()
    assert page.get_by_label("Tag").input_value() == "injection"
    assert page.evaluate("document.getElementById('cases').getBoundingClientRect().top < innerHeight")


def test_the_dark_is_dark(context: BrowserContext, opened: Open) -> None:
    page = opened(context)
    page.emulate_media(color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")) < 200
