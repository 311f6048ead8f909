"""The same service without script: plain forms at the same address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.knowledge import Knowledge, knowledge
from bot.pages import render
from tests.conftest import Bot
from tests.page.browser import PHONE

AWAY = knowledge().page["leave_to"]


@pytest.fixture
def page(browser: Browser, bot: Bot) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    context.route(AWAY, lambda route: route.fulfill(content_type="text/html", body="<h1>Vädret</h1>"))
    page = context.new_page()
    page.goto(f"{bot.base}/")
    yield page
    context.close()


def write(page: Page, text: str) -> None:
    page.fill("textarea", text)
    page.click("text=Skicka")


def send(bot: Bot, **fields: str) -> httpx.Response:
    return bot.http.post(f"{bot.base}/form", data=fields)


def session_in(answer: httpx.Response) -> str:
    found = re.search(r'name="session" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def text_of(answer: httpx.Response) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", answer.text)))


def test_a_first_visit_leads_to_a_referral(page: Page) -> None:
    write(page, "min son är 15 o har börjat hänga me nazister vi bor i tensta")
    expect(page.locator(".card .name").first).to_have_text("Socialtjänsten i Järva")
    expect(page.locator('.card a[href="tel:0850825600"]')).to_be_visible()
    expect(page.locator(".card details").first).to_contain_text("Du får berätta")


def test_the_conversation_goes_on_from_page_to_page(page: Page) -> None:
    page.click("text=Jag är orolig för någon")
    page.click("text=Under 18 år")
    write(page, "tensta")
    expect(page.locator(".card .name").first).to_have_text("Socialtjänsten i Järva")


def test_the_session_is_neither_in_the_address_nor_in_a_cookie(page: Page) -> None:
    page.click("text=Jag är orolig för någon")
    session = page.locator("#write input[name=session]").get_attribute("value")
    assert session and session not in page.url and page.context.cookies() == []


def test_every_need_and_every_answer_is_reached(bot: Bot, city: Knowledge) -> None:
    for label in (*city.needs, *city.answers):
        answer = send(bot, choice=f"/{label}")
        assert answer.status_code == 200, label
        said = " ".join(text_of(answer).split())
        if label in city.answers:
            assert city.answers[label].text[:60] in said, label
        else:
            questions = [city.texts["questions"][slot] for slot in city.needs[label].asks]
            names = [contact.name for contact in city.contacts.values()]
            asked = any(text[:30] in said for each in questions for text in each.values() if isinstance(text, str))
            assert asked or any(name in said for name in names), label
        bot.http.post(f"{bot.base}/leave", data={"session": session_in(answer)})


def test_an_emergency_comes_first(page: Page) -> None:
    write(page, "min kompis vill inte leva längre")
    expect(page.locator("main article").nth(1)).to_have_class("urgent")
    expect(page.locator(".urgent .call").first).to_have_attribute("href", "tel:90101")


def test_the_emergency_numbers_are_always_there(bot: Bot) -> None:
    pages = [bot.http.get(f"{bot.base}/{path}") for path in ("", "lamna", "tillganglighet")]
    for answer in (*pages, send(bot, message="hej"), send(bot, message="")):
        head = answer.text.partition("</header>")[0]
        assert 'href="tel:112"' in head and 'href="tel:90101"' in head


@pytest.mark.parametrize(("message", "why"), [("", "tomt"), ("a" * 2001, "för långt")])
def test_an_error_is_tied_to_the_field_and_the_text_is_kept(bot: Bot, message: str, why: str) -> None:
    answer = send(bot, message=message)
    assert answer.status_code == 422
    field = re.search(r"<textarea[^>]*>\n?([^<]*)</textarea>", answer.text)
    assert field and field[1] == message
    assert 'aria-invalid="true" aria-describedby="error' in field[0]
    error = re.search(r'id="error">([^<]*)', answer.text)
    assert error and why in error[1]


def test_markup_is_shown_as_text(bot: Bot) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'
    for answer in (send(bot, message=hostile), send(bot, message=hostile * 60), send(bot, session=hostile, message="")):
        assert "<script>alert" not in answer.text and "<img" not in answer.text and "49" not in text_of(answer)[:400]


def test_a_session_that_has_ended_is_told_and_the_message_is_answered(bot: Bot) -> None:
    session = session_in(send(bot, message="hej"))
    bot.post("end", {"session": session})
    answer = send(bot, session=session, message="berättar ni för polisen")
    assert "Samtalet hade tagit slut" in answer.text and "Källa" in answer.text
    assert session_in(answer) != session


def test_leaving_ends_the_session_and_leads_away(page: Page, bot: Bot) -> None:
    page.click("text=Jag är orolig för någon")
    session = page.locator("#write input[name=session]").get_attribute("value")
    page.click("text=Lämna sidan")
    page.wait_for_url(AWAY)
    assert bot.post("message", {"session": session, "message": "hej"}).status_code == 404


def test_new_answers_of_a_person_can_be_fetched() -> None:
    waiting = {"text": "Du är först i kön.", "custom": {"kind": "handover", "state": "waiting", "position": 1}}
    page = render("chat.html", session="abc", replies=[waiting], person=True).body.decode()
    assert re.search(r'value="/handover_news">Hämta nya svar', page) and "Inget nytt" not in page
    assert "Inget nytt" in render("chat.html", session="abc", person=True).body.decode()
    closed = {"text": "Hej då.", "custom": {"kind": "handover", "state": "closed"}}
    assert "Hämta nya svar" not in render("chat.html", session="abc", replies=[closed]).body.decode()


def test_nothing_said_before_is_carried_along(page: Page) -> None:
    write(page, "min son är 15 o har börjat hänga me nazister vi bor i tensta")
    write(page, "berättar ni för polisen")
    assert "tensta" not in page.content()


def test_the_address_of_an_answer_asked_for_again_gives_a_new_start(bot: Bot) -> None:
    for path in ("form", "leave"):
        answer = bot.http.get(f"{bot.base}/{path}", follow_redirects=True)
        assert answer.status_code == 200 and "Jag är en robot" in answer.text


def test_no_answer_is_kept_by_the_browser(bot: Bot) -> None:
    answer = send(bot, message="hej")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script" not in answer.text
