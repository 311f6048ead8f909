"""The element on somebody else's page: one script tag, a strict policy, an iframe, the city's colours, few bytes."""

from __future__ import annotations

import gzip

from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from bot.knowledge import knowledge
from tests.conftest import Bot
from tests.page.browser import answered, say

STRICT = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
AWAY = knowledge().page["leave_to"]
MOST = 25 * 1000  # bytes


def embedded(browser: Browser, bot: Bot, body: str, policy: str = STRICT) -> tuple[Page, list[str]]:
    """Return a page of the same origin that carries `body`, and what the browser complains about."""
    page = browser.new_page(viewport={"width": 800, "height": 700})
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def serve_page(route: Route) -> None:
        head = f"<!doctype html><html lang=sv><title>Staden</title><h1>Stockholms stad</h1>{body}"
        route.fulfill(content_type="text/html; charset=utf-8", body=head, headers={"Content-Security-Policy": policy})

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/staden", serve_page)
    page.goto(bot.base.replace("/webhooks/chat", "/staden"))
    return page, complaints


TAG = '<script type="module" src="/webhooks/chat/stod-chatt.js"></script><stod-chatt>Chatten</stod-chatt>'


def test_one_script_tag_is_enough_under_a_strict_policy(browser: Browser, bot: Bot) -> None:
    page, complaints = embedded(browser, bot, TAG)
    page.wait_for_selector(".log .choices")
    say(page, "min son är 15 och nazist, vi bor i tensta")
    page.locator("button", has_text="Skriv ut").click()
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Socialtjänsten i Järva")
    assert page.locator(".title").evaluate("each => each.tagName") == "H2"
    assert complaints == []
    page.context.close()


def test_the_page_around_changes_nothing_but_the_colours_it_sets(browser: Browser, bot: Bot) -> None:
    policy = STRICT + "; style-src 'unsafe-inline'"
    style = "<style>* { color: red; font-size: 40px } stod-chatt { --stod-accent: rgb(1, 2, 3) }</style>"
    page, _ = embedded(browser, bot, style + TAG, policy)
    page.wait_for_selector(".log .choices")
    style_of = "each => [getComputedStyle(each).color, getComputedStyle(each).fontSize]"
    assert page.locator(".choices button").first.evaluate(style_of)[0] == "rgb(1, 2, 3)"
    assert page.locator(".title").evaluate(style_of)[0] == "rgb(26, 26, 26)"
    page.context.close()


def test_it_works_in_an_iframe(browser: Browser, bot: Bot) -> None:
    frame = '<iframe src="/webhooks/chat/" title="Chatt" width="375" height="640"></iframe>'
    page, _ = embedded(browser, bot, frame, "default-src 'none'; frame-src 'self'")
    inner = page.frame_locator("iframe")
    inner.locator(".log .choices").wait_for()
    inner.locator("#message").fill("berättar ni för polisen")
    inner.locator("#message").press("Enter")
    expect(inner.locator(".source")).to_contain_text("Källa")
    page.context.close()


def test_leaving_from_an_iframe_takes_the_whole_page_away(browser: Browser, bot: Bot) -> None:
    frame = '<iframe src="/webhooks/chat/" title="Chatt" width="375" height="640"></iframe>'
    page, _ = embedded(browser, bot, frame, "default-src 'none'; frame-src 'self'")
    page.route(AWAY, lambda route: route.fulfill(content_type="text/html", body="Vädret"))
    page.frame_locator("iframe").locator(".leave").click()
    page.wait_for_url(AWAY)
    page.context.close()


def test_far_down_on_a_page_it_opens_no_session_until_it_is_seen(browser: Browser, bot: Bot) -> None:
    page, _ = embedded(browser, bot, "<div></div>" + TAG)
    page.context.close()
    tall = '<svg width="10" height="3000"></svg>'
    page = browser.new_page(viewport={"width": 800, "height": 700})
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url))
    page.route("**/staden", lambda route: route.fulfill(content_type="text/html", body=f"<!doctype html>{tall}{TAG}"))
    page.goto(bot.base.replace("/webhooks/chat", "/staden"))
    page.wait_for_function("!!customElements.get('stod-chatt')")
    page.wait_for_timeout(500)
    assert not any(url.endswith("/session") for url in calls)
    page.locator("stod-chatt").scroll_into_view_if_needed()
    page.wait_for_selector(".log .choices")
    page.context.close()


def test_where_no_script_runs_what_stands_in_the_tag_is_shown(browser: Browser, bot: Bot) -> None:
    page, _ = embedded(browser, bot, TAG.replace("stod-chatt.js", "not-there.js"))
    expect(page.locator("stod-chatt")).to_have_text("Chatten")
    page.context.close()


def test_taken_away_and_put_back_it_starts_anew(browser: Browser, bot: Bot) -> None:
    page, complaints = embedded(browser, bot, TAG)
    page.wait_for_selector(".log .choices")
    say(page, "jag är orolig för min bror")
    page.evaluate(
        "() => { const chat = document.querySelector('stod-chatt'); chat.remove(); document.body.append(chat); }"
    )
    expect(page.locator(".log")).to_contain_text("Jag är en robot")
    expect(page.locator(".visitor")).to_have_count(0)
    answered(page)
    assert complaints == []
    page.context.close()


def test_all_that_the_element_needs_is_small(browser: Browser, bot: Bot) -> None:
    page = browser.new_page()
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda response: (
            sizes.update({response.url: len(gzip.compress(response.body()))})
            if response.request.method == "GET"
            else None
        ),
    )
    page.goto(f"{bot.base}/")
    page.wait_for_selector(".log .choices")
    assert len(sizes) >= 6
    assert sum(sizes.values()) < MOST, sizes
    page.context.close()
