"""What the browser tests and the screenshots share: Chromium, at the size of a phone, and a visitor's hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright

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
PHONE = {"width": 375, "height": 740}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def visit(browser: Browser, base: str, **context: Any) -> Page:
    """Return a page of a browser context of its own, the greeting read."""
    page = browser.new_context(**{"viewport": PHONE, "locale": "sv-SE", **context}).new_page()
    page.goto(f"{base}/")
    page.wait_for_selector(".choices button")
    return page


def say(page: Page, text: str) -> None:
    """Write and send, and wait until everything is answered."""
    page.fill("#message", text)
    page.keyboard.press("Enter")
    answered(page)


def press(page: Page, title: str) -> Locator:
    """Press the last button with this title, and wait until everything is answered."""
    button = page.locator(".choices button", has_text=title).last
    button.click()
    answered(page)
    return button


def answered(page: Page) -> None:
    """Wait until the last message of the transcript is the bot's."""
    page.wait_for_selector(".log > article.bot:last-child")


def transcript(page: Page) -> str:
    """Return what stands in the transcript."""
    return page.inner_text(".log")
