"""`make screenshots`: the page's main states at the size of a phone, as pictures under reports/screenshots."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from bot.yaml_file import ROOT
from tests.conftest import serve
from tests.page.browser import CHROMIUM, chromium, press, say, visit

FOLDER = ROOT / "reports" / "screenshots"
CHILD = "min son är 15 och har börjat umgås med nazister, vi bor i tensta"


def _greeting(page: Page) -> None:
    pass


def _question(page: Page) -> None:
    press(page, "Jag vill lämna en grupp")


def _referral(page: Page) -> None:
    say(page, CHILD)


def _referral_below(page: Page) -> None:
    say(page, CHILD)
    page.locator(".card").nth(1).scroll_into_view_if_needed()


def _answer(page: Page) -> None:
    say(page, "berättar ni för polisen")


def _simpler(page: Page) -> None:
    say(page, "berättar ni för polisen")
    press(page, "Förklara enklare")


def _emergency(page: Page) -> None:
    say(page, "min kompis vill inte leva längre")


def _too_long(page: Page) -> None:
    page.fill("#message", "Jag är orolig. " * 150)
    page.keyboard.press("Enter")


def _offline(page: Page) -> None:
    page.context.set_offline(True)
    page.fill("#message", "Jag är orolig för min bror")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error:not(:empty)")


def _waiting(page: Page) -> None:
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")  # the answer never comes
    page.fill("#message", "Jag är orolig för min bror")
    page.keyboard.press("Enter")
    page.wait_for_selector(".waiting:not(:empty)")


def _ended(page: Page) -> None:
    page.clock.fast_forward("29:00")
    page.wait_for_selector("text=Jag är kvar")


def _server_down(page: Page) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/session", refuse)
    page.reload()
    page.wait_for_selector("text=Försök igen")


STATES: dict[str, Callable[[Page], None]] = {
    "1-greeting": _greeting,
    "2-question": _question,
    "3-referral": _referral,
    "3-referral-below": _referral_below,
    "4-answer": _answer,
    "5-simpler": _simpler,
    "6-emergency": _emergency,
    "7-too-long": _too_long,
    "8-offline": _offline,
    "9-waiting": _waiting,
    "10-server-down": _server_down,
}


def _shoot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")
    page.context.close()
    print(Path("reports/screenshots") / f"{name}.png")


def take_all(browser: Browser, base: str) -> None:
    """Write every state: light, some dark and small, without script, embedded and the pages to read."""
    for name, state in STATES.items():
        page = visit(browser, base)
        state(page)
        _shoot(page, name)
    for name in ("1-greeting", "3-referral", "6-emergency"):
        page = visit(browser, base, color_scheme="dark")
        STATES[name](page)
        _shoot(page, f"{name}-dark")
        page = visit(browser, base, viewport={"width": 320, "height": 568})
        STATES[name](page)
        _shoot(page, f"{name}-320")
    page = browser.new_context(viewport={"width": 375, "height": 740}).new_page()
    page.clock.install()
    page.goto(f"{base}/")
    page.wait_for_selector(".choices")
    _ended(page)
    _shoot(page, "11-idle")
    page = visit(browser, base, forced_colors="active")
    STATES["3-referral"](page)
    _shoot(page, "3-referral-forced-colours")
    page = visit(browser, base, viewport={"width": 1280, "height": 800})
    STATES["3-referral"](page)
    _shoot(page, "3-referral-desktop")
    page = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 740}).new_page()
    page.goto(f"{base}/")
    page.screenshot(path=FOLDER / "12-plain.png", full_page=True)
    page.fill("textarea", CHILD)
    page.click("text=Skicka")
    page.screenshot(path=FOLDER / "12-plain-referral.png", full_page=True)
    for name in ("lamna", "tillganglighet"):
        page.goto(f"{base}/{name}")
        page.screenshot(path=FOLDER / f"13-{name}.png", full_page=True)
    page.context.close()


def main() -> None:
    """Start a bot, take the pictures, stop it."""
    if CHROMIUM is None:
        sys.exit("No Chromium on this machine: apt-get install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serve() as bot, chromium() as browser:
        take_all(browser, bot.base)


if __name__ == "__main__":
    main()
