"""The page in a real browser, at the size of a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, sync_playwright

from tests.conftest import Bot

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)")


@pytest.fixture
def page(bot: Bot) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 375, "height": 740})
        page.goto(f"{bot.base}/")
        page.wait_for_selector(".bubble")
        yield page
        browser.close()


def say(page: Page, text: str) -> None:
    page.fill("#message", text)
    page.keyboard.press("Enter")


def test_a_first_visit_leads_to_a_referral_with_a_number_to_tap(page: Page) -> None:
    assert "robot" in page.inner_text("#log")
    say(page, "min son är 15 o har börjat hänga me nazister vi bor i tensta")
    page.wait_for_selector("text=Järva")
    assert page.locator('#log a[href="tel:0850800508"]').count() >= 1


def test_a_button_is_used_once_and_keeps_the_focus(page: Page) -> None:
    button = page.locator("button", has_text="Jag vill lämna en grupp").first
    button.click()
    page.wait_for_selector("text=hotad")
    assert button.get_attribute("aria-disabled") == "true"
    assert button.is_visible()


def test_markup_in_a_message_is_shown_as_text(page: Page) -> None:
    say(page, "<img src=x onerror=document.title='farlig'> <b>hej</b>")
    page.wait_for_selector(".bubble.visitor")
    assert "<b>hej</b>" in page.inner_text(".bubble.visitor")
    assert page.title() == "Chatt om stöd" and page.locator("#log img").count() == 0


def test_a_message_that_is_too_long_is_kept_in_the_field_and_said(page: Page) -> None:
    page.fill("#message", "a" * 10_000)
    page.keyboard.press("Enter")
    assert "för mycket" in page.inner_text("#error")
    assert len(page.input_value("#message")) == 10_000


def test_nothing_is_stored_and_nothing_of_others_is_asked_for(page: Page, bot: Bot) -> None:
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request))
    say(page, "berättar ni för polisen")
    page.wait_for_selector("text=Källa")
    assert all(request.url.startswith(bot.base) for request in seen)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_offline_says_so_and_keeps_the_text(page: Page) -> None:
    page.context.set_offline(True)
    say(page, "jag är orolig")
    page.wait_for_selector('#error:has-text("112")')
    assert page.input_value("#message") == "jag är orolig"


def test_nothing_overflows_on_the_smallest_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 560})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_emergency_numbers_are_there_without_javascript(bot: Bot) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{bot.base}/")
        assert page.locator('header a[href="tel:112"]').is_visible()
        assert page.locator("noscript").count() == 1
        browser.close()
