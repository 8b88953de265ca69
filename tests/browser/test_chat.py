"""The chat in a real browser: asking, citing, reading the source; by keyboard, on a phone, in the dark."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "Who denied responsibility?"
QUOTED = "Kataib Hezbollah on Thursday denied it was responsible"

CRASHING = (  # `byline`, but for one question, which nobody foresaw
    sys.executable,
    "-c",
    "from qa.assistant import Assistant as A; from ui.cli import main\n"
    "own = A.stream\n"
    "def stream(self, question, *given, **named):\n"
    "    if 'crash' in question: raise ZeroDivisionError('a secret of the inside')\n"
    "    return own(self, question, *given, **named)\n"
    "A.stream = stream; main()",
)

Visit = Callable[[BrowserContext, str], Any]  # gives a `Watched`, of conftest


def in_view(page: Page, selector: str, within: str) -> bool:
    """Whether the element's first line stands inside the visible part of `within`."""
    return page.evaluate(
        """([selector, within]) => {
            const line = document.querySelector(selector).getClientRects()[0];
            const box = document.querySelector(within).getBoundingClientRect();
            return line.top >= box.top && line.bottom <= Math.min(box.bottom, innerHeight);
        }""",
        [selector, within],
    )


def overflow(page: Page, selector: str = "#byline *") -> list[str]:
    """What stands out of the window to the right."""
    return page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)]
            .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
            .map((e) => e.outerHTML.slice(0, 80))
            .concat(document.documentElement.scrollWidth > innerWidth ? ["the page itself"] : [])""",
        selector,
    )


def test_asking_gives_an_answer_with_its_quote_and_its_source(
    context: BrowserContext, chat: str, visit: Visit
) -> None:
    page = visit(context, chat).page
    page.get_by_role("button", name=QUESTION).click()
    expect(page.locator(".short")).to_contain_text("Kataib Hezbollah")
    expect(page.locator(".short .cite")).to_have_text("[1]")
    expect(page.locator("blockquote")).to_contain_text(QUOTED)
    expect(page.locator("blockquote mark.answer")).not_to_be_empty()
    expect(page.locator("figcaption")).to_contain_text("US strikes Kataib Hezbollah")
    expect(page.locator("figcaption")).to_contain_text("Voice of America, 13 March 2020")
    expect(page.locator(".sure")).to_contain_text("confidence")
    expect(page.locator("#source mark.quote").first).to_be_visible()
    assert in_view(page, "#source mark.quote", "#source .text")
    assert QUOTED in "".join(page.locator("#source mark.quote").all_inner_texts())


def test_choosing_a_mark_scrolls_to_its_sentence(context: BrowserContext, chat: str, visit: Visit) -> None:
    seen = visit(context, chat)
    page = seen.page
    seen.ask(QUESTION)
    seen.ask("How many weapons depots were hit?")
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".turn").first.locator(".short .cite").click()
    expect(page.locator("#source mark.quote").first).to_contain_text("Despite U.S. assertions")
    expect(page.locator("#source h2")).to_be_focused()
    assert in_view(page, "#source mark.quote", "#source .text")
    page.locator("#source .text").evaluate("(text) => { text.scrollTop = 0; }")
    assert not in_view(page, "#source mark.quote", "#source .text")
    page.locator(".turn").first.locator(".short .cite").click()
    page.wait_for_function("document.querySelector('#source .text').scrollTop > 0")
    assert in_view(page, "#source mark.quote", "#source .text")


def test_the_source_is_the_article_to_the_character(context: BrowserContext, chat: str, visit: Visit) -> None:
    from index.sources import sample_article

    seen = visit(context, chat)
    seen.ask(QUESTION)
    expect(seen.page.locator("#source mark.quote").first).to_be_visible()
    assert seen.page.locator("#source .text").evaluate("(text) => text.textContent") == sample_article().text


def test_an_abstention_says_so_and_shows_the_nearest(
    context: BrowserContext, chat: str, visit: Visit
) -> None:
    seen = visit(context, chat)
    page = seen.page
    seen.ask("What is the recipe for a good onion soup?")
    expect(page.locator(".short")).to_have_text("The articles do not say.")
    expect(page.locator(".nearest h3")).to_have_text("The nearest passages, which do not answer it")
    expect(page.locator(".cite")).to_have_count(0)
    page.locator(".nearest .title").first.click()
    expect(page.locator("#source .kicker")).to_have_text("Nearest passage")
    expect(page.locator("#source mark.quote").first).to_be_visible()


def test_an_article_full_of_markup_is_text(context: BrowserContext, hostile_chat: str, visit: Visit) -> None:
    seen = visit(context, hostile_chat)
    page = seen.page
    title = page.locator(".welcome .title")
    expect(title).to_contain_text("Ministry <script>window.ran = 'title'</script> <img src=x onerror=")
    seen.ask("Who is the minister of glassware? <img src=x onerror=\"window.ran = 'question'\">")
    seen.ask("How many workers does the factory in Velden have?")
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".turn .title").first.click()
    expect(page.locator("#source h2")).to_contain_text("<img src=x onerror=")
    expect(page.locator("#source .facts")).to_contain_text("<i>The Daily</i>")
    text = page.locator("#source .text")
    for shown in (
        "<script>window.ran = 'text'</script>",
        "</p></div></article> that ${window.ran = 'template'} `none`",
        '<img src="https://outside.example/pixel.png"',
        "{{value}}",
        "&lt;b&gt;loudly&lt;/b&gt;",
    ):
        expect(text).to_contain_text(shown)
    assert page.locator("#byline").locator("img, script, iframe, link, b, i").count() == 0
    assert page.locator("#source a").count() == 0
    assert page.evaluate("window.ran") is None


def test_the_keyboard_alone_is_enough(context: BrowserContext, chat: str, visit: Visit) -> None:
    page = visit(context, chat).page
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".short")).to_contain_text("Kataib Hezbollah")
    expect(page.locator("#question textarea")).to_be_focused()
    expect(page.locator("#question textarea")).to_have_value("")
    for _ in range(20):  # what is suggested next stands between them
        if page.evaluate("document.activeElement.matches('.short .cite')"):
            break
        page.keyboard.press("Shift+Tab")
    cite = page.locator(".short .cite")
    expect(cite).to_be_focused()
    assert cite.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#source h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cite).to_be_focused()
    page.locator("#question textarea").focus()
    page.keyboard.type("First line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    expect(page.locator("#question textarea")).to_have_value("First line\nsecond line")


def test_what_is_drawn_has_names_for_a_screen_reader(
    context: BrowserContext, chat: str, visit: Visit
) -> None:
    seen = visit(context, chat)
    page = seen.page
    seen.ask(QUESTION)
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    expect(page.get_by_role("button", name="Source 1: US strikes Kataib Hezbollah").first).to_be_visible()
    expect(page.get_by_role("region", name="Text of the article")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Byline")
    assert page.title() == "Byline"


def test_an_answer_is_copied_with_its_sources(context: BrowserContext, chat: str, visit: Visit) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=chat)
    seen = visit(context, chat)
    seen.ask(QUESTION)
    seen.page.get_by_role("button", name="Copy", exact=True).click()
    expect(seen.page.get_by_role("button", name="Copied")).to_be_visible()
    assert seen.page.evaluate("navigator.clipboard.readText()") == "Kataib Hezbollah"
    seen.page.get_by_role("button", name="Copy with citations").click()
    expect(seen.page.get_by_role("button", name="Copied")).to_have_count(2)
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert "Kataib Hezbollah" in copied.splitlines()[0]
    assert f"[1] “Despite U.S. assertions that it was behind the attack on Camp Taji, {QUOTED}" in copied
    assert "(US strikes Kataib Hezbollah, Voice of America, 13 March 2020)" in copied


def test_without_a_clipboard_of_its_own_the_page_copies_too(
    context: BrowserContext, chat: str, visit: Visit
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=chat)
    seen = visit(context, chat)
    seen.ask(QUESTION)
    seen.page.evaluate(
        "window.there = navigator.clipboard;"
        "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })"
    )
    seen.page.get_by_role("button", name="Copy", exact=True).click()
    expect(seen.page.get_by_role("button", name="Copied")).to_be_visible()
    assert seen.page.evaluate("window.there.readText()") == "Kataib Hezbollah"


def test_a_question_is_asked_again_or_put_otherwise(context: BrowserContext, chat: str, visit: Visit) -> None:
    seen = visit(context, chat)
    page = seen.page
    seen.ask(QUESTION)
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".short")).to_contain_text("Kataib Hezbollah")
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="Edit question").click()
    expect(page.locator("#question textarea")).to_be_focused()
    expect(page.locator("#question textarea")).to_have_value(QUESTION)
    page.get_by_role("button", name="Leave it as it is").click()
    expect(page.locator("#question textarea")).to_have_value("")
    page.get_by_role("button", name="Edit question").click()
    expect(page.locator("#question textarea")).to_have_value(QUESTION)
    page.locator("#question textarea").fill("How many weapons depots were hit?")
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_text("How many weapons depots were hit?")
    expect(page.locator(".short")).not_to_contain_text("Kataib Hezbollah")


def test_an_answer_is_called_right_or_wrong(
    context: BrowserContext, own_chat: str, visit: Visit, tmp_path: Path
) -> None:
    from qa.feedback import kept

    seen = visit(context, own_chat)
    page = seen.page
    seen.ask(QUESTION)
    right, wrong = (page.get_by_role("button", name=name, exact=True) for name in ("Right", "Wrong"))
    right.click()
    expect(right).to_have_attribute("aria-pressed", "true")
    expect(right).to_be_focused()
    assert [thumb.good for thumb in kept(tmp_path / "archive")] == [True]
    wrong.click()
    expect(wrong).to_have_attribute("aria-pressed", "true")
    expect(right).to_have_attribute("aria-pressed", "false")
    reason = page.get_by_label("What would have been right?")
    expect(reason).to_be_focused()
    page.keyboard.type("It was the <b>group</b>.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Kept")).to_be_visible()
    expect(reason).to_have_value("It was the <b>group</b>.")
    (thumb,) = kept(tmp_path / "archive")
    assert (thumb.good, thumb.reason) == (False, "It was the <b>group</b>.")
    wrong.click()
    expect(wrong).to_have_attribute("aria-pressed", "false")
    expect(reason).to_have_count(0)
    assert kept(tmp_path / "archive") == []


def test_reading_can_be_stopped(context: BrowserContext, slow_chat: str, visit: Visit) -> None:
    page = visit(context, slow_chat).page
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_have_text("Stopped.")
    page.wait_for_timeout(4_000)  # longer than the reading takes: its answer must not come after all
    expect(page.get_by_role("alert")).to_have_text("Stopped.")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".short")).to_contain_text("Kataib Hezbollah")
    counted = context.request.get(f"{slow_chat}/metrics").text()
    assert 'byline_questions_total{outcome="stopped"} 1.0' in counted
    assert 'byline_questions_total{outcome="answered"} 1.0' in counted
    assert 'byline_stage_seconds_count{stage="read"} 1.0' in counted


def test_a_lost_connection_is_said_where_the_answer_would_have_stood(
    context: BrowserContext, slow_chat: str, visit: Visit
) -> None:
    seen = visit(context, slow_chat)
    page = seen.page
    page.route("**/api/health", lambda route: route.abort())
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The connection was lost; ask again.")
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    seen.faults.clear()  # the browser's own word on the request that failed
    page.unroute("**/api/health")
    page.get_by_role("button", name="Ask again").first.click()
    expect(page.locator(".short")).to_contain_text("Kataib Hezbollah")


def test_the_head_of_the_page_is_one_row(context: BrowserContext, own_chat: str, visit: Visit) -> None:
    page = visit(context, own_chat).page
    page.evaluate("document.querySelector('#masthead .total').textContent = '4,960 articles'")
    heights = page.evaluate("[...document.querySelectorAll('#masthead button')].map((b) => b.offsetHeight)")
    assert max(heights) < 48
    tops = page.evaluate(
        "[...document.querySelectorAll('#masthead > *')].map((e) => e.getBoundingClientRect())"
        ".map((box) => (box.top + box.bottom) / 2)"
    )
    assert max(tops) - min(tops) < 4, tops
    icon = context.request.get(f"{own_chat}/favicon.ico")
    assert "svg" in icon.headers["content-type"] and "rect" in icon.text()
    assert "pwa_icon" in context.request.get(f"{own_chat}/manifest.json").text()


def test_a_conversation_that_is_deleted_while_it_is_read_is_gone(
    context: BrowserContext, slow_chat: str, visit: Visit
) -> None:
    question = "What did Russia say about the strikes?"
    page = visit(context, slow_chat).page
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    kept = page.locator("#list li").filter(has=page.get_by_role("button", name=question, exact=True))
    kept.locator("summary").click()
    kept.locator("[data-act=delete]").click()
    kept.locator("[data-act=delete-now]").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.wait_for_timeout(4_000)  # longer than the reading takes
    expect(page.locator(".welcome")).to_be_visible()
    page.reload()
    expect(page.locator("#list .name").first).to_be_visible()
    expect(kept).to_have_count(0)


def test_a_crash_is_a_sentence_where_the_answer_would_have_stood(
    context: BrowserContext, serve: Callable[..., str], tmp_path: Path
) -> None:
    page = context.new_page()  # not by `visit`: Gradio tells of it on the console too
    page.goto(serve(tmp_path / "archive", CRASHING))
    page.locator("body[data-chat=ready] .welcome").wait_for()
    page.locator("#question textarea").fill("Will it crash?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn .error")).to_contain_text("Something went wrong while reading; ask again")
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn").nth(1).locator(".short")).to_contain_text("Kataib Hezbollah")


def test_a_follow_up_says_how_it_was_understood(context: BrowserContext, chat: str, visit: Visit) -> None:
    seen = visit(context, chat)
    seen.ask(QUESTION)
    seen.ask("Where did they deny it?")
    understood = seen.page.locator(".turn").nth(1).locator(".understood")
    expect(understood).to_contain_text("Understood as: ")
    expect(understood).to_contain_text("Kataib Hezbollah")


def test_articles_are_added_from_the_page_and_asked_about(
    context: BrowserContext, own_chat: str, visit: Visit, tmp_path: Path
) -> None:
    soup, picture = tmp_path / "soup.txt", tmp_path / "picture.txt"
    soup.write_text("Soup prize\n\nThe cook Marie Blanc of Lyon won the national soup prize on Sunday.")
    picture.write_bytes(bytes(range(256)) * 10)
    seen = visit(context, own_chat)
    page = seen.page
    expect(page.locator(".total")).to_have_text("1 article")
    page.get_by_role("button", name="Add articles").click()
    panel = page.get_by_role("dialog", name="Add articles")
    expect(panel.get_by_role("textbox")).to_be_focused()
    panel.get_by_role("textbox").fill("Harbour reopens\n\nThe harbour of Velden reopened on Monday.")
    panel.locator("input[type=file]").set_input_files([soup, picture])
    expect(page.locator("#files")).to_contain_text("picture")
    assert contrast(page, "#adding *") == []
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel).to_contain_text("2 articles added.")
    expect(panel).to_contain_text("picture.txt: is not text")
    expect(panel.get_by_role("textbox")).to_have_value("")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Add articles")).to_be_focused()
    expect(page.locator(".total")).to_have_text("3 articles")
    seen.ask("Who won the national soup prize?")
    expect(page.locator(".short")).to_contain_text("Marie Blanc")
    expect(page.locator("figcaption")).to_contain_text("Soup prize")


def test_a_file_is_dropped_on_the_panel(context: BrowserContext, own_chat: str, visit: Visit) -> None:
    page = visit(context, own_chat).page
    page.get_by_role("button", name="Add articles").click()
    dropped = page.evaluate_handle(
        """() => {
            const dropped = new DataTransfer();
            const text = "Soup prize\\n\\nThe cook Marie Blanc won the national soup prize.";
            dropped.items.add(new File([text], "soup.txt", { type: "text/plain" }));
            return dropped;
        }"""
    )
    page.locator("#files button").first.dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator("#files")).to_contain_text("soup")
    panel = page.get_by_role("dialog", name="Add articles")
    panel.get_by_role("button", name="Add", exact=True).click()
    expect(panel).to_contain_text("1 article added.")


def test_articles_are_added_on_a_phone(phone: BrowserContext, own_chat: str, visit: Visit) -> None:
    page = visit(phone, own_chat).page
    page.get_by_role("button", name="Add articles").tap()
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_in_viewport()
    assert overflow(page, "#adding *") == []
    page.get_by_role("button", name="Add", exact=True).tap()
    expect(page.get_by_role("alert")).to_contain_text("There is nothing to add yet")
    page.get_by_role("button", name="Close", exact=True).tap()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_on_a_phone_nothing_overflows_and_the_source_is_a_sheet(
    phone: BrowserContext, chat: str, visit: Visit
) -> None:
    seen = visit(phone, chat)
    page = seen.page
    assert overflow(page) == []
    expect(page.locator("#source article")).not_to_be_in_viewport()
    seen.ask(QUESTION)
    expect(page.locator(".short")).to_be_in_viewport()
    assert overflow(page) == []
    expect(page.locator("#source article")).not_to_be_in_viewport()
    page.locator(".short .cite").tap()
    expect(page.locator("#source h2")).to_be_in_viewport()
    expect(page.locator("#source mark.quote").first).to_be_in_viewport()
    assert overflow(page) == []
    page.get_by_role("button", name="Close the article").tap()
    expect(page.locator("#source article")).not_to_be_in_viewport()
    expect(page.locator(".short .cite")).to_be_focused()
    seen.ask("What is the recipe for a good onion soup?")
    assert overflow(page) == []


def test_a_long_word_does_not_widen_a_phone(phone: BrowserContext, chat: str, visit: Visit) -> None:
    seen = visit(phone, chat)
    seen.ask("Who " + "a" * 120 + "?")
    assert overflow(seen.page) == []


def brightness(page: Page, selector: str) -> float:
    red, green, blue = page.evaluate(
        """(selector) => getComputedStyle(document.querySelector(selector))
            .backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)""",
        selector,
    )
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


@pytest.mark.parametrize(
    ("scheme", "query", "dark"), [("dark", "", True), ("light", "?__theme=dark", True), ("light", "", False)]
)
def test_dark_mode(browser: Browser, chat: str, visit: Visit, scheme: str, query: str, dark: bool) -> None:
    with browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 800}) as context:
        seen = visit(context, f"{chat}/{query}")
        seen.ask(QUESTION)
        assert (brightness(seen.page, "body") < 0.2) is dark
        assert (brightness(seen.page, "#source") < 0.2) is dark
        assert contrast(seen.page) == []


def contrast(page: Page, selector: str = "#byline *") -> list[str]:
    """Texts that stand out less than WCAG AA asks (4.5 to 1) from the nearest background that is painted."""
    return page.evaluate(
        """(selector) => {
            const rgb = (c) => c.match(/[0-9.]+/g).map(Number);
            const light = (c) => rgb(c).slice(0, 3).map((v) => v / 255)
                .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const ground = (e) => {
                for (; e; e = e.parentElement) {
                    const c = getComputedStyle(e).backgroundColor;
                    if ((rgb(c)[3] ?? 1) > 0.5) return c;
                }
                return "rgb(255, 255, 255)";
            };
            const faults = [];
            for (const e of document.querySelectorAll(selector)) {
                const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
                if (!own || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
                const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
                const ratio = (a + 0.05) / (b + 0.05);
                if (ratio < 4.5) faults.push(`${e.className || e.tagName} ${ratio.toFixed(2)}`);
            }
            return faults;
        }""",
        selector,
    )


def test_an_error_is_a_sentence_in_the_chat(context: BrowserContext, chat: str, visit: Visit) -> None:
    seen = visit(context, chat)
    page = seen.page
    seen.ask("why " * 20_000)
    sentence = page.get_by_role("alert")
    expect(sentence).to_have_count(1)
    assert "Traceback" not in sentence.inner_text()
    seen.ask(QUESTION)
    expect(page.locator(".turn").nth(1).locator(".short")).to_contain_text("Kataib Hezbollah")


def test_a_new_conversation_begins_at_the_welcome(context: BrowserContext, chat: str, visit: Visit) -> None:
    seen = visit(context, chat)
    seen.ask(QUESTION)
    seen.page.get_by_role("button", name="New conversation").click()
    expect(seen.page.locator(".welcome")).to_be_visible()
    expect(seen.page.locator(".turn")).to_have_count(0)
    seen.ask(QUESTION)
    expect(seen.page.locator(".turn")).to_have_count(1)


def test_two_people_do_not_see_each_others_questions(browser: Browser, chat: str, visit: Visit) -> None:
    with browser.new_context() as first, browser.new_context() as second:
        one, two = visit(first, chat), visit(second, chat)
        one.ask(QUESTION)
        two.ask("How many weapons depots were hit?")
        expect(one.page.locator(".question")).to_have_text(QUESTION)
        expect(two.page.locator(".question")).to_have_text("How many weapons depots were hit?")


def test_no_page_of_another_name_is_served(context: BrowserContext, chat: str) -> None:
    refused = context.request.get(chat, headers={"Host": "rebound.example"})
    assert refused.status == 400
    served = context.request.get(chat)
    assert served.status == 200
    assert "default-src 'none'" in served.headers["content-security-policy"]


def test_with_a_password_the_page_asks_for_it_and_then_works(
    context: BrowserContext, locked_chat: str, visit: Visit
) -> None:
    page = context.new_page()
    page.goto(locked_chat)
    expect(page).to_have_url(f"{locked_chat}/login")
    page.get_by_label("Password").fill("wrong horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the password")
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{locked_chat}/")
    page.close()
    watched = visit(context, locked_chat)
    watched.ask("Who denied responsibility?")
    expect(watched.page.locator(".turn").last).to_contain_text("Kataib Hezbollah")
    watched.page.locator(".next").wait_for()
    for theme in ("light", "dark"):
        watched.page.goto(f"{locked_chat}/?__theme={theme}")
        watched.page.locator("body[data-chat=ready] .welcome").wait_for()
        assert contrast(watched.page, "#masthead *") == []
    watched.page.set_viewport_size({"width": 375, "height": 740})
    assert overflow(watched.page) == []
    watched.page.get_by_role("button", name="Log out").focus()
    watched.page.keyboard.press("Enter")
    expect(watched.page).to_have_url(f"{locked_chat}/login")
