"""WCAG 2.2 AA, as far as a machine can tell, and what a screen reader is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Bot
from tests.page.browser import answered, focused, hear, heard, press, say, visit
from tests.page.screenshots import STATES

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST = {"width": 320, "height": 568}


def faults(page: Page) -> list[str]:
    """Return what axe finds, one line a fault."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_axe_finds_nothing(browser: Browser, bot: Bot, state: Callable[[Page], None]) -> None:
    page = visit(browser, bot.base)
    state(page)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert [each for each in faults(page) if each.startswith("color-contrast")] == []
    page.context.close()


@pytest.mark.parametrize("path", ["lamna", "tillganglighet"])
def test_axe_finds_nothing_on_the_pages_to_read(browser: Browser, bot: Bot, path: str) -> None:
    page = browser.new_page(viewport=SMALLEST)
    page.goto(f"{bot.base}/{path}")
    assert faults(page) == []
    page.context.close()


@pytest.mark.parametrize(
    "message", ["", "min son är 15 och nazist, vi bor i tensta", "min kompis vill inte leva längre"]
)
def test_axe_finds_nothing_without_script(browser: Browser, bot: Bot, message: str) -> None:
    # axe is a script itself: the page that the form answers is shown where scripts may run; it has none of its own.
    answer = bot.http.post(f"{bot.base}/form", data={"message": message}).text
    page = browser.new_page(viewport=SMALLEST)
    page.route("**/form", lambda route: route.fulfill(content_type="text/html", body=answer))
    page.goto(f"{bot.base}/form")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]
    page.context.close()


@pytest.mark.parametrize("state", ["1-greeting", "3-referral", "6-emergency", "7-too-long"])
@pytest.mark.parametrize("how", ["320 px", "low window", "text at 200 %"])
def test_nothing_is_lost_on_a_small_screen_or_with_large_text(browser: Browser, bot: Bot, state: str, how: str) -> None:
    size = {
        "320 px": SMALLEST,
        "low window": {"width": 320, "height": 256},
        "text at 200 %": {"width": 375, "height": 740},
    }
    page = visit(browser, bot.base, viewport=size[how])
    if how == "text at 200 %":
        page.evaluate("document.documentElement.style.fontSize = '200%'")
    STATES[state](page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[how]["width"]
    cut = page.evaluate(
        """() => [...document.querySelector("stod-chatt").shadowRoot.querySelectorAll(
                 "a, button, textarea, p, h1, h3, summary")]
             .filter((each) => !each.closest(".unseen, .skip") && each.getClientRects().length
                     && (each.getBoundingClientRect().right > innerWidth + 1 || each.getBoundingClientRect().left < -1))
             .map((each) => each.textContent)"""
    )
    assert cut == []
    # Everything that can be used can be scrolled to, and the way out stays.
    page.locator("#message").scroll_into_view_if_needed()
    expect(page.locator("#message")).to_be_in_viewport()
    page.locator(".log article").last.scroll_into_view_if_needed()
    expect(page.locator(".leave")).to_be_in_viewport()
    page.context.close()


def test_what_one_presses_is_at_least_44_pixels(browser: Browser, bot: Bot) -> None:
    page = visit(browser, bot.base, viewport=SMALLEST)
    STATES["3-referral"](page)
    small = page.evaluate(
        """() => [...document.querySelector("stod-chatt").shadowRoot.querySelectorAll(
                 "button:not(.skip), .leave, .emergency a, .call, summary, .links a, .web")]
             .map((each) => [each.textContent, each.getBoundingClientRect()])
             .filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"""
    )
    assert small == []
    page.context.close()


def test_a_screen_reader_is_given_each_reply_once(page: Page) -> None:
    hear(page)
    say(page, "berättar ni för polisen")
    heard(page, "Källa")
    say(page, "min son är 15 och nazist, vi bor i tensta")
    spoken = heard(page, "Vänd dig först hit: Socialtjänsten i Järva")
    assert sum("Källa" in each for each in spoken) == 1
    assert sum("Socialtjänsten i Järva" in each for each in spoken) == 1
    assert page.locator(".log").get_attribute("aria-live") == "off"
    assert page.locator(".log").get_attribute("role") == "log"


def test_a_text_that_comes_twice_is_read_twice(page: Page) -> None:
    hear(page)
    for _ in range(2):
        say(page, "berättar ni för polisen")
        page.wait_for_timeout(300)
    assert sum("Källa" in each for each in heard(page, "Källa")) == 2


def test_a_screen_reader_is_told_of_errors_at_the_field(page: Page) -> None:
    hear(page)
    page.focus("#message")
    page.keyboard.press("Enter")
    heard(page, "Skriv något först")
    field = page.locator("#message")
    assert field.get_attribute("aria-invalid") == "true"
    assert "error" in (field.get_attribute("aria-describedby") or "")
    expect(page.locator("#error")).to_have_text("Skriv något först, eller välj en knapp.")
    page.keyboard.type("hej")
    assert field.get_attribute("aria-invalid") is None


def test_the_counter_comes_near_the_limit_and_is_read_when_one_pauses(page: Page) -> None:
    page.fill("#message", "a" * 1700)
    expect(page.locator("#count")).to_be_empty()
    hear(page)
    page.fill("#message", "a" * 1990)
    expect(page.locator("#count")).to_have_text("10 tecken kvar.")
    heard(page, "10 tecken kvar.")


def test_another_language_is_read_in_that_language(page: Page) -> None:
    hear(page)
    say(page, "I need help because my son has joined a violent group")
    heard(page, "interpreter")
    assert page.locator('[aria-live="polite"] [lang="en"]').count() == 1


def test_a_used_button_stays_is_disabled_and_keeps_the_focus(page: Page) -> None:
    button = page.locator(".choices button", has_text="Jag vill lämna en grupp").first
    button.focus()
    page.keyboard.press("Enter")
    answered(page)
    assert button.get_attribute("aria-disabled") == "true" and button.is_visible()
    assert focused(page) == "Jag vill lämna en grupp"
    page.keyboard.press("Enter")
    assert page.locator(".visitor").count() == 1


def test_by_keyboard_alone_from_the_greeting_to_a_number(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert focused(page) == "Hoppa till skrivrutan"
    page.keyboard.press("Tab")
    assert focused(page) == "Lämna sidan"
    page.keyboard.press("Tab")
    assert focused(page) == "112"
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == "Jag är orolig för någon":
            break
    page.keyboard.press("Enter")
    answered(page)
    page.wait_for_function("document.querySelector('stod-chatt').shadowRoot.querySelectorAll('.bot').length == 2")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "message"
    page.keyboard.type("15 år, tensta")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    assert focused(page) == "message"
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if "08-508" in focused(page):
            break
    assert "08-508" in focused(page)


def test_messages_are_walked_with_the_arrow_keys(page: Page) -> None:
    say(page, "berättar ni för polisen")
    page.locator(".log article").last.focus()
    page.keyboard.press("ArrowUp")
    assert "berättar ni för polisen" in focused(page)
    page.keyboard.press("Home")
    assert "robot" in focused(page)
    page.keyboard.press("End")
    assert "Källa" in focused(page)
    assert page.locator('.log article[tabindex="0"]').count() == 1


def test_where_the_focus_is_can_be_seen(page: Page) -> None:
    for name in (".leave", ".log article", ".choices button", "#message", "form button", ".links a"):
        page.keyboard.press("Tab")
        page.locator(name).first.focus()
        outline = page.locator(name).first.evaluate("each => getComputedStyle(each).outline")
        assert "solid 3px" in outline, name


def test_starting_over_moves_the_focus_to_the_field(browser: Browser, bot: Bot) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(f"{bot.base}/")
    page.clock.run_for(1000)
    page.wait_for_selector(".log .choices")
    page.clock.fast_forward("31:00")
    page.locator("button", has_text="Börja ett nytt samtal").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".log")).to_contain_text("Jag är en robot")
    assert focused(page) == "message"
    page.context.close()


def test_the_focus_is_not_lost_when_the_conversation_ends_and_not_hidden_by_the_bar(browser: Browser, bot: Bot) -> None:
    page = visit(browser, bot.base, viewport={"width": 320, "height": 256})
    page.locator(".links a").last.focus()
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
        top, bar = page.evaluate(
            """() => {
              const root = document.querySelector("stod-chatt").shadowRoot;
              return [root.activeElement, root.querySelector(".bar")].map((each) => each.getBoundingClientRect());
            }"""
        )
        assert top["bottom"] > bar["bottom"] or (top["top"] >= 0 and focused(page) == "Lämna sidan")
    page.locator(".choices button").first.focus()
    page.evaluate('dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))')
    assert focused(page) == "message"
    page.context.close()


def test_forced_colours_keep_borders_and_nothing_moves(browser: Browser, bot: Bot) -> None:
    page = visit(browser, bot.base, forced_colors="active")
    assert page.locator(".bubble").first.evaluate("each => getComputedStyle(each).borderTopColor") != "rgba(0, 0, 0, 0)"
    STATES["9-waiting"](page)
    assert page.evaluate("document.getAnimations().length") == 0
    page.context.close()


def test_the_statement_is_there_and_says_how_to_complain(page: Page, bot: Bot) -> None:
    page.goto(f"{bot.base}/tillganglighet")
    text = page.inner_text("main")
    assert "2018:1937" in text and "08-508 00 508" in text and "inte testat" in text


def test_press_is_announced_with_the_number_of_choices(page: Page) -> None:
    hear(page)
    press(page, "Jag vill lämna en grupp")
    heard(page, "Det finns 4 val.")
