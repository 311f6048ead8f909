"""A visit in a real browser, from the greeting to the help."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.conftest import Bot
from tests.page.browser import answered, answering, focused, press, say, session_of, transcript, visit, wait_until_ended

CHILD = "min son är 15 o har börjat hänga me nazister vi bor i tensta"


def test_the_greeting_says_that_it_is_a_robot_and_offers_choices(page: Page) -> None:
    assert "robot" in transcript(page)
    assert page.locator(".choices button").count() >= 5


def test_a_first_visit_leads_to_a_referral_with_a_number_to_tap(page: Page) -> None:
    say(page, CHILD)
    first = page.locator(".card").first
    expect(first.locator(".name")).to_have_text("Socialtjänsten i Järva")
    expect(first.locator('a[href="tel:0850800508"]')).to_be_visible()
    expect(first).to_contain_text("under 18")
    expect(first).to_contain_text("Du får berätta")
    assert page.locator(".card .call").first.get_attribute("href") == "tel:0850825600"


def test_what_the_cards_say_is_not_said_twice(page: Page) -> None:
    say(page, CHILD)
    assert transcript(page).count("Socialtjänsten i Järva") == 1


def test_by_buttons_alone_one_gets_to_a_referral(page: Page) -> None:
    press(page, "Jag vill lämna en grupp")
    for _ in range(4):
        if page.locator(".card").count():
            break
        press(page, "Vet inte")
    assert page.locator(".card").count()


def test_an_answer_shows_its_source_and_date_and_a_simpler_version(page: Page) -> None:
    say(page, "berättar ni för polisen")
    expect(page.locator(".source").last).to_contain_text(re.compile(r"Källa: .*sekretesslagen.*Kontrollerad \d{4}"))
    longer = page.locator("article.bot .bubble").last.inner_text()
    press(page, "Förklara enklare")
    assert len(page.locator("article.bot .bubble").last.inner_text()) < len(longer) / 2


def test_an_emergency_comes_first_with_buttons_to_call(page: Page) -> None:
    say(page, "min kompis vill inte leva längre")
    expect(page.locator("article.urgent .bubble")).to_contain_text("90101")
    assert page.locator("article.urgent .call").first.get_attribute("href") == "tel:90101"


def test_another_language_is_marked(page: Page) -> None:
    say(page, "I need help because my son has joined a violent group")
    expect(page.locator('.log [lang="en"]')).to_contain_text("interpreter")


def test_nothing_is_stored_and_nothing_of_others_is_asked_for(browser: Browser, bot: Bot) -> None:
    context = browser.new_context()
    page = context.new_page()
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request))
    page.goto(f"{bot.base}/")
    page.wait_for_selector(".log .choices")
    say(page, CHILD)
    assert len(seen) > 5 and all(request.url.startswith(bot.base) for request in seen)
    assert all("cookie" not in request.headers for request in seen)
    assert context.cookies() == []
    stored = "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, "
    assert page.evaluate(stored + "(await caches.keys()).length, history.length]")[:4] == [0, 0, 0, 0]
    assert "tensta" not in page.url
    context.close()


def test_a_reload_starts_anew_and_nothing_is_left(page: Page, bot: Bot) -> None:
    with page.expect_request("**/message") as sent:
        say(page, CHILD)
    page.fill("#message", "halvskrivet")
    page.reload()
    wait_until_ended(bot, session_of(sent.value))
    page.wait_for_selector(".log .choices")
    assert "tensta" not in page.content() and "Järva" not in transcript(page)
    assert page.input_value("#message") == ""


def test_what_is_written_before_a_slow_script_comes_is_kept(browser: Browser, bot: Bot) -> None:
    page = browser.new_page()
    held: list[Route] = []
    page.route("**/stod-chatt.js", lambda route: held.append(route))
    page.goto(f"{bot.base}/", wait_until="commit")
    page.fill("#message", "jag är orolig")
    page.focus("#message")
    held[0].continue_()
    page.wait_for_selector(".log .choices")
    assert page.input_value("#message") == "jag är orolig" and focused(page) == "message"
    page.context.close()


def test_a_session_that_comes_too_late_is_ended(page: Page, bot: Bot) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/session", hold_the_first)
    again = 'dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))'
    with page.expect_request("**/session"):
        page.evaluate(again)
    page.evaluate(again)
    expect(page.locator(".log")).to_contain_text("Jag är en robot")
    with page.expect_response("**/session") as late:
        held[0].continue_()
    wait_until_ended(bot, late.value.json()["session"])
    press(page, "Jag har blivit utsatt")
    assert "Samtalet hade tagit slut" not in transcript(page)


def test_two_tabs_are_two_conversations(page: Page, bot: Bot) -> None:
    other = page.context.new_page()
    other.goto(f"{bot.base}/")
    other.wait_for_selector(".log .choices")
    press(other, "Jag vill lämna en grupp")
    press(page, "Jag är orolig för någon")
    assert "hur gammal" in transcript(page) and "hotad" not in transcript(page)
    other.close()
    say(page, "15 år")
    assert "15 år" in transcript(page)


def test_offline_in_the_middle_says_so_keeps_the_text_and_goes_on_after(page: Page) -> None:
    page.context.set_offline(True)
    page.fill("#message", "jag är orolig för min bror")
    page.keyboard.press("Enter")
    expect(page.locator(".error")).to_contain_text("112")
    assert page.input_value("#message") == "jag är orolig för min bror"
    assert page.locator(".visitor").count() == 0
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    answered(page)
    expect(page.locator(".error")).to_be_empty()
    assert page.locator(".visitor").count() == 1


def test_offline_a_button_can_be_pressed_again(page: Page) -> None:
    page.context.set_offline(True)
    button = page.locator(".choices button", has_text="Jag har blivit utsatt")
    button.click()
    expect(page.locator(".error")).to_contain_text("112")
    assert button.get_attribute("aria-disabled") is None
    page.context.set_offline(False)
    button.click()
    answered(page)


def test_a_server_that_is_down_leaves_the_numbers_and_a_way_to_try_again(browser: Browser, bot: Bot) -> None:
    page = browser.new_page()
    page.route("**/session", lambda route: route.abort())
    page.goto(f"{bot.base}/")
    expect(page.locator(".log")).to_contain_text("112")
    expect(page.locator('header a[href="tel:112"]')).to_be_visible()
    page.unroute("**/session")
    page.locator("button", has_text="Försök igen").click()
    expect(page.locator(".log")).to_contain_text("Jag är en robot")
    page.context.close()


def test_it_says_that_it_writes_only_while_it_does_and_when_it_takes_long(browser: Browser, bot: Bot) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(f"{bot.base}/")
    page.clock.run_for(1000)
    page.wait_for_selector(".log .choices")
    expect(page.locator(".waiting")).to_be_empty()
    held: list[Route] = []
    page.route("**/message", lambda route: held.append(route))
    page.fill("#message", "berättar ni för polisen")
    page.keyboard.press("Enter")
    page.clock.run_for(500)
    expect(page.locator(".waiting")).to_have_text("Skriver …")
    page.clock.run_for(8000)
    expect(page.locator(".waiting")).to_contain_text("lite längre tid")
    held[0].continue_()
    answered(page)
    expect(page.locator(".waiting")).to_be_empty()
    page.context.close()


def test_a_session_that_the_server_has_forgotten_is_told_and_the_message_answered(page: Page, bot: Bot) -> None:
    with page.expect_request("**/message") as sent:
        say(page, "hej")
    bot.post("end", {"session": session_of(sent.value)})
    say(page, "berättar ni för polisen")
    assert "Samtalet hade tagit slut" in transcript(page)
    expect(page.locator(".source")).to_contain_text("Källa")


def _at_the_end_of_patience(browser: Browser, bot: Bot) -> Page:
    page = browser.new_page()
    page.clock.install()
    page.goto(f"{bot.base}/")
    page.clock.run_for(1000)
    page.wait_for_selector(".log .choices")
    page.clock.fast_forward("28:05")
    expect(page.locator(".log")).to_contain_text("Om två minuter avslutas samtalet")
    return page


def test_before_a_quiet_session_ends_one_is_warned_and_can_stay(browser: Browser, bot: Bot) -> None:
    page = _at_the_end_of_patience(browser, bot)
    with page.expect_response("**/alive") as kept:
        page.locator("button", has_text="Jag är kvar").click()
    assert kept.value.status == 200
    page.clock.fast_forward("05:00")
    expect(page.locator(".log")).to_contain_text("Vi fortsätter")
    assert "Samtalet är slut" not in transcript(page)
    page.context.close()


def test_a_session_that_has_ended_says_so_clears_the_screen_and_offers_a_new_one(browser: Browser, bot: Bot) -> None:
    page = _at_the_end_of_patience(browser, bot)
    page.fill("#message", "halvskrivet")
    page.clock.fast_forward("02:05")
    page.clock.run_for(1000)
    # What is being typed counts as being there.
    assert "Samtalet är slut" not in transcript(page)
    page.clock.fast_forward("31:00")
    expect(page.locator(".log")).to_contain_text("Samtalet är slut")
    assert "robot" not in transcript(page) and page.input_value("#message") == ""
    page.locator("button", has_text="Börja ett nytt samtal").click()
    expect(page.locator(".log")).to_contain_text("Jag är en robot")
    page.context.close()


def test_a_person_who_takes_over_is_followed_and_let_go(page: Page) -> None:
    live = """export function start({ session, receive, typing, earlier }) {
      typing(true);
      window.earlier = earlier;
      receive([{ text: "Hej, jag heter Kim.", custom: { kind: "handover", state: "joined", from: "coordinator" } }]);
      window.goOn = () => receive([{ text: "Hej då.", custom: { kind: "handover", state: "closed" } }]);
      return { stop() { window.stopped = session; }, writing(on) { window.writing = on; } };
    }"""
    page.route("**/live.js", lambda route: route.fulfill(content_type="text/javascript", body=live))
    waiting = [{"text": "Jag hämtar en människa.", "custom": {"kind": "handover", "state": "waiting", "position": 1}}]
    with answering(page, json=waiting):
        say(page, "jag vill prata med en människa")
        expect(page.locator(".log")).to_contain_text("jag heter Kim")
    expect(page.locator(".who")).to_have_text("Medarbetare")
    page.fill("#message", "hej kim")
    assert page.evaluate("window.writing") is True
    with answering(page, json=[]), page.expect_response("**/message"):
        page.keyboard.press("Enter")
        expect(page.locator(".visitor").last).to_contain_text("hej kim")
    assert page.evaluate("window.writing") is False
    assert page.evaluate("window.earlier()") == ["jag vill prata med en människa", "hej kim"]
    page.evaluate("goOn()")
    expect(page.locator(".log")).to_contain_text("Hej då.")
    assert page.evaluate("window.stopped.length") >= 20


def test_a_person_who_cannot_be_reached_is_told_and_the_talk_goes_on(page: Page) -> None:
    page.route("**/live.js", lambda route: route.abort())
    waiting = [{"text": "Jag hämtar en människa.", "custom": {"kind": "handover", "state": "waiting"}}]
    with answering(page, json=waiting):
        say(page, "jag vill prata med en människa")
        expect(page.locator(".log")).to_contain_text("ingen kontakt med medarbetaren")
    say(page, "berättar ni för polisen")
    expect(page.locator(".source")).to_contain_text("Källa")


def test_contacts_are_copied_and_printed_only_when_asked_for(browser: Browser, bot: Bot) -> None:
    page = visit(browser, bot.base, permissions=["clipboard-write"])
    page.evaluate("""() => {  // the page itself may not read the clipboard
        const copy = navigator.clipboard.writeText.bind(navigator.clipboard);
        window.copied = [];
        navigator.clipboard.writeText = async (text) => { await copy(text); window.copied.push(text); };
    }""")
    say(page, CHILD)
    assert page.evaluate("copied") == []
    assert page.locator("iframe").count() == 0
    page.locator("button", has_text="Kopiera").click()
    expect(page.locator(".log")).to_contain_text("Kontakterna är kopierade")
    (copied,) = page.evaluate("copied")
    assert "08-508 25 600" in copied and "tensta" not in copied
    page.locator("button", has_text="Skriv ut").click()
    printed = page.frame_locator("iframe").locator("body")
    expect(printed).to_contain_text("08-508 25 600")
    assert "tensta" not in printed.inner_text() and "nazist" not in printed.inner_text()
    page.context.close()
