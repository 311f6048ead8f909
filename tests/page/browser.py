"""What the browser tests and the screenshots share: Chromium, at the size of a phone, and a visitor's hand."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Request, sync_playwright

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


@contextmanager
def answering(page: Page, **answer: Any) -> Iterator[None]:
    """Let every message be answered by this, not by the server; `answer` is what Playwright's fulfill takes."""
    page.route("**/message", lambda route: route.fulfill(**answer))
    yield
    page.unroute("**/message")


def session_of(request: Request) -> str:
    """Return the session that a request of the element was sent for."""
    return str(request.post_data_json["session"])


def wait_until_ended(bot: Bot, session: str) -> None:
    """Wait until the server has forgotten the session; the beacon of a page that goes away is not seen in it."""
    while bot.post("alive", {"session": session}).status_code != 404:
        time.sleep(0.1)


def hear(page: Page) -> None:
    """From now on keep what the live regions are given, as a screen reader would say it."""
    page.evaluate(
        """() => {
          window.heard = [];
          document.querySelector("stod-chatt").shadowRoot.querySelectorAll('[aria-live="polite"]').forEach((region) =>
            new MutationObserver(() => { if (region.textContent) heard.push(region.textContent); })
              .observe(region, { childList: true }));
        }"""
    )


def heard(page: Page, text: str) -> list[str]:
    """Wait until `text` has been announced; return every announcement so far."""
    page.wait_for_function("text => heard.some((each) => each.includes(text))", arg=text)
    return list(page.evaluate("heard"))


def focused(page: Page) -> str:
    """Return the text, or else the id, of what has the focus inside the element."""
    return str(
        page.evaluate(
            """() => {
              const active = document.querySelector("stod-chatt").shadowRoot.activeElement;
              return active ? active.textContent.trim() || active.id : "";
            }"""
        )
    )
