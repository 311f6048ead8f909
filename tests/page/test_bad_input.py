"""What must not break it: huge, hostile, hasty and foreign input, and a server that answers oddly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.browser import answered, answering, say, transcript

HOSTILE = "<img src=x onerror=\"document.title='farlig'\"> <b>hej</b> <script>document.title='farlig'</script>"


def paste(page: Page, text: str) -> None:
    page.focus("#message")
    page.keyboard.insert_text(text)


def test_ten_thousand_pasted_characters_are_kept_and_refused_kindly(page: Page) -> None:
    paste(page, "å" * 10_000)
    page.keyboard.press("Enter")
    expect(page.locator("#error")).to_contain_text("för lång")
    expect(page.locator("#count")).to_have_text("8000 tecken för mycket.")
    assert len(page.input_value("#message")) == 10_000
    assert page.locator(".visitor").count() == 0


def test_two_thousand_characters_are_sent_and_shown_whole(page: Page) -> None:
    text = "jag är orolig för min bror. " * 71
    paste(page, text)
    page.keyboard.press("Enter")
    answered(page)
    assert page.inner_text(".visitor .bubble") == text.strip()


def test_pasted_markup_is_shown_as_text_and_does_nothing(page: Page) -> None:
    say(page, HOSTILE)
    assert page.inner_text(".visitor .bubble") == HOSTILE
    assert page.title() == "Chatt om stöd"
    assert page.locator(".log img, .log script, .log b").count() == 0


def test_a_double_click_sends_once(page: Page) -> None:
    page.locator(".choices button", has_text="Jag har blivit utsatt").dblclick()
    answered(page)
    page.wait_for_timeout(500)
    assert page.locator(".visitor").count() == 1
    page.fill("#message", "det hände i går")
    page.locator("form button").dblclick()
    answered(page)
    page.wait_for_timeout(500)
    assert page.locator(".visitor").count() == 2


def test_enter_held_down_sends_once(page: Page) -> None:
    page.fill("#message", "jag är orolig för min bror")
    for _ in range(10):
        page.keyboard.down("Enter")  # Playwright marks the later ones as repeats
    page.keyboard.up("Enter")
    answered(page)
    assert page.locator(".visitor").count() == 1


def test_what_is_sent_while_an_answer_is_awaited_stays_in_the_field(page: Page) -> None:
    held: list[Route] = []
    page.route("**/message", lambda route: held.append(route))
    page.fill("#message", "jag är orolig för min bror")
    page.keyboard.press("Enter")
    page.fill("#message", "han är 15")
    page.keyboard.press("Enter")
    expect(page.locator("#error")).to_contain_text("Vänta lite")
    assert page.input_value("#message") == "han är 15"
    held[0].continue_()
    answered(page)
    expect(page.locator("#error")).to_be_empty()
    assert page.input_value("#message") == "han är 15"


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    page.fill("#message", "jag är orolig")
    for flags in ({"isComposing": True}, {"keyCode": 229}):
        page.locator("#message").dispatch_event("keydown", {"key": "Enter", "bubbles": True, **flags})
    assert page.locator(".visitor").count() == 0
    assert page.input_value("#message") == "jag är orolig"


def test_shift_and_enter_make_a_new_line(page: Page) -> None:
    page.focus("#message")
    page.keyboard.type("rad ett")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("rad två")
    assert page.input_value("#message") == "rad ett\nrad två"


def test_right_to_left_text_runs_that_way_and_back(page: Page) -> None:
    say(page, "أنا قلق على ابني")
    bubble = page.locator(".visitor .bubble").first
    assert bubble.evaluate("each => getComputedStyle(each).direction") == "rtl"
    say(page, "jag är orolig för min bror")
    assert page.locator(".visitor .bubble").last.evaluate("each => getComputedStyle(each).direction") == "ltr"


def test_override_characters_and_unpaired_halves_do_no_harm(page: Page) -> None:
    say(page, "orolig \u202e för \u0000 min\ud800 bror \U0001f44d\u200d" + "a\u0301" * 50)
    assert page.locator(".bot").count() >= 2


ODD: list[Any] = [
    None,
    {},
    "text",
    42,
    [None],
    [[]],
    [{}],
    [{"text": None}],
    [{"text": {"a": 1}, "buttons": "x", "custom": []}],
    [{"buttons": [None, {}, {"title": 1, "payload": 2}, {"title": "a"}]}],
    [{"custom": {"kind": "referral", "cards": "x", "lead": "y"}}],
    [{"custom": {"kind": "referral", "cards": [None, {}, {"name": 7}], "lead": [1]}}],
]


def test_a_reply_that_makes_no_sense_is_said_in_words_and_the_talk_goes_on(page: Page) -> None:
    for reply in ODD:
        with answering(page, body=json.dumps(reply), content_type="application/json"):
            say(page, f"hej {reply}")
            expect(page.locator(".log article").last).to_contain_text("Svaret gick inte att visa")
    say(page, "berättar ni för polisen")
    assert "Källa" in transcript(page)


def test_hostile_parts_of_a_reply_are_never_executed(page: Page) -> None:
    card = {
        "name": HOSTILE, "phone": "javascript:alert(1)", "open": HOSTILE, "say": HOSTILE, "what_happens": HOSTILE,
        "instead": HOSTILE, "web": "javascript:document.title='farlig'", "unconfirmed": HOSTILE,
    }  # fmt: skip
    reply = {
        "text": HOSTILE + "\n\nKälla: x",
        "buttons": [{"title": HOSTILE, "payload": HOSTILE}],
        "custom": {
            "kind": "referral", "lead": [HOSTILE], "because": HOSTILE, "cards": [card], "language": '"><b>',
            "source": HOSTILE, "source_url": "javascript:alert(1)",
        },
    }  # fmt: skip
    with answering(page, json=[reply]):
        say(page, "hej")
    assert page.locator(".log img, .log script, .log b").count() == 0
    assert page.locator('.log a[href^="javascript"]').count() == 0
    assert page.title() == "Chatt om stöd"


@pytest.mark.parametrize("status", [413, 429, 500, 502])
def test_an_error_is_said_and_the_text_kept(page: Page, status: int) -> None:
    for body in ('{"error": "x", "message": "Det gick lite fort."}', "<html>fel</html>", ""):
        with answering(page, status=status, body=body):
            page.fill("#message", "jag är orolig")
            page.keyboard.press("Enter")
            expect(page.locator("#error")).to_contain_text("Det gick lite fort" if body.startswith("{") else "112")
        assert page.input_value("#message") == "jag är orolig"
