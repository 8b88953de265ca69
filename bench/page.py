"""What the page takes in a browser on this machine: to load, and from asking to the answer that is seen.

    PYTHONPATH=. python bench/page.py http://127.0.0.1:7860 QUESTIONS.txt

asks a chat that runs (`byline chat`) each line of the file as a question, in a conversation of its own, and
prints milliseconds. The first question is asked once before, so that the models are warm.
"""

from __future__ import annotations

import runpy
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

LOADS = 5
# From the click to the frame in which the answer stands there, in the browser's own clock.
TIMED = """() => new Promise((done) => {
    const began = performance.now();
    const seen = new MutationObserver(() => {
        if (!document.querySelector(".turn .short, .turn .error")) return;
        seen.disconnect();
        requestAnimationFrame(() => done(performance.now() - began));
    });
    seen.observe(document.querySelector("#thread"), { childList: true, subtree: true });
    document.querySelector("#send").click();
})"""


def load(page: Page, address: str) -> float:
    """Milliseconds from the request to the welcome with the box to type into."""
    page.goto(address)
    page.locator("body[data-chat=ready] .welcome").wait_for()
    return float(page.evaluate("performance.now()"))


def ask(page: Page, question: str) -> float:
    """Milliseconds from the click to the answer, in a new conversation."""
    page.get_by_role("button", name="New conversation").click()
    page.locator(".welcome").wait_for()
    page.locator("#question textarea").fill(question)
    return float(page.evaluate(TIMED))


def told(times: list[float]) -> str:
    ordered = sorted(times)
    return f"median {statistics.median(ordered):.0f} ms, most {ordered[-1]:.0f} ms, of {len(ordered)}"


def main(address: str, questions: list[str]) -> None:
    find_chromium = runpy.run_path("tests/browser/install.py")["find_chromium"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        first = load(page, address)
        again = [load(page, address) for _ in range(LOADS)]
        print(f"load, nothing cached: {first:.0f} ms; again: {told(again)}")
        ask(page, questions[0])
        print(f"click to answer: {told([ask(page, question) for question in questions])}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], [line for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines() if line])
