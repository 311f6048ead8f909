"""Leaving at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.knowledge import knowledge
from tests.conftest import Bot
from tests.page.browser import hear, heard, press, say, session_of, visit, wait_until_ended

AWAY = knowledge().page["leave_to"]


@pytest.fixture
def page(browser: Browser, bot: Bot) -> Iterator[Page]:
    """A chat that was reached from a page before it; the page to leave to is a stand-in."""
    context = browser.new_context()
    context.route(AWAY, lambda route: route.fulfill(content_type="text/html; charset=utf-8", body="<h1>Vädret</h1>"))
    page = context.new_page()
    page.goto(f"{bot.base}/lamna")
    page.goto(f"{bot.base}/")
    page.wait_for_selector(".log .choices")
    yield page
    context.close()


def test_the_button_leaves_ends_the_session_and_back_does_not_show_the_chat(page: Page, bot: Bot) -> None:
    with page.expect_request("**/message") as sent:
        say(page, "jag är orolig för min bror")
    page.click(".leave")
    page.wait_for_url(AWAY)
    wait_until_ended(bot, session_of(sent.value))
    page.go_back()
    assert page.url.endswith("/lamna")


def test_shift_three_times_leaves_also_from_the_field(page: Page) -> None:
    page.focus("#message")
    hear(page)
    page.keyboard.press("Shift")
    heard(page, "två gånger till")
    page.keyboard.press("Shift")
    heard(page, "en gång till")
    page.keyboard.press("Shift")
    page.wait_for_url(AWAY)


def test_capitals_in_a_text_do_not_leave(page: Page) -> None:
    page.focus("#message")
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    assert page.input_value("#message") == "ABCD" and page.url != AWAY


def test_slow_presses_of_shift_do_not_leave(browser: Browser, bot: Bot) -> None:
    page = visit(browser, bot.base)
    hear(page)
    page.evaluate(
        """() => { for (const at of [1000, 7000, 13000]) {
             const event = new KeyboardEvent("keydown", { key: "Shift", bubbles: true });
             Object.defineProperty(event, "timeStamp", { value: at });
             document.dispatchEvent(event);
           } }"""
    )
    assert not any("en gång till" in each for each in heard(page, "två gånger till"))
    assert page.locator(".log article").count() == 1
    page.context.close()


def test_in_the_middle_of_a_reply_nothing_of_it_appears(page: Page, bot: Bot) -> None:
    held: list[Route] = []
    page.route("**/message", lambda route: held.append(route))
    with page.expect_request("**/message") as sent:
        page.fill("#message", "jag är orolig för min bror")
        page.keyboard.press("Enter")
    page.click(".leave")
    page.wait_for_url(AWAY)
    assert page.inner_text("body") == "Vädret"
    wait_until_ended(bot, session_of(sent.value))


def test_everything_is_white_and_empty_even_if_the_other_page_never_comes(page: Page) -> None:
    say(page, "jag är orolig för min bror")
    page.context.route(AWAY, lambda route: route.fulfill(status=204))
    page.locator(".leave").dispatch_event("click")
    sheet = page.locator("div[role=alert]")
    expect(sheet).to_be_attached()
    box = sheet.bounding_box()
    assert box and box["x"] == box["y"] == 0 and page.viewport_size
    assert (box["width"], box["height"]) == (page.viewport_size["width"], page.viewport_size["height"])
    assert page.title().strip() == ""
    assert page.locator(".log article").count() == 0


def test_closing_the_tab_ends_the_session(page: Page, bot: Bot) -> None:
    with page.expect_request("**/message") as sent:
        press(page, "Jag har blivit utsatt")
    page.goto("about:blank")
    wait_until_ended(bot, session_of(sent.value))


def test_a_page_that_the_browser_had_put_aside_starts_anew(page: Page) -> None:
    say(page, "jag är orolig för min bror")
    page.evaluate('dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))')
    expect(page.locator(".visitor")).to_have_count(0)
    expect(page.locator(".log")).to_contain_text("Jag är en robot")


def test_the_page_about_leaving_says_what_it_cannot_do(page: Page, bot: Bot) -> None:
    page.goto(f"{bot.base}/lamna")
    text = page.inner_text("main")
    assert "historik" in text and "kan vi inte ta bort" in text and "privat fönster" in text
