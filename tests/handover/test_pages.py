"""Both sides in real browsers at once: the coordinators' page, and a small page that uses live.js as the chat does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import Bot
from tests.handover.conftest import PASSWORD, Process, settings_file
from tests.page.browser import CHROMIUM, FLAGS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)")
BLOCKED = "window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 10); } close() {} };"
VISITOR = """<!doctype html><html lang="sv"><title>Besökare</title><main id="log"></main><p id="typing"></p>
<script type="module">
import { start } from "./live.js";
const base = location.pathname.replace(/[^/]*$/, "");
const post = async (path, body) => (await fetch(base + path, { method: "POST", body: JSON.stringify(body) })).json();
const own = [];
let session = null, live = null;
function receive(replies) {
  for (const { text, custom } of replies) {
    const line = document.createElement("p");
    line.dataset.state = custom.state ?? custom.kind;
    line.textContent = text;
    document.getElementById("log").append(line);
    if (["waiting", "joined"].includes(custom.state)) live ??= start({
      base, session, receive, earlier: () => own,
      typing: (on) => { document.getElementById("typing").textContent = on ? "skriver" : ""; } });
    if (["closed", "unavailable"].includes(custom.state)) { live?.stop(); live = null; }
  }
}
window.say = async (message) => {
  session ??= (await post("session", {})).session;
  if (!message.startsWith("/")) own.push(message);
  receive(await post("message", { session, message }));
};
window.ready = true;
</script></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def visitor(browser: Browser, base: str, *, websockets: bool = True) -> Page:
    page = browser.new_context().new_page()
    page.route("**/prov.html", lambda route: route.fulfill(body=VISITOR, content_type="text/html; charset=utf-8"))
    if not websockets:
        page.add_init_script(BLOCKED)
    page.goto(f"{base}/prov.html")
    page.wait_for_function("window.ready")
    return page


def say(page: Page, text: str) -> None:
    page.evaluate("(text) => window.say(text)", text)


def hears(page: Page, text: str, state: str = "") -> None:
    page.wait_for_selector(f'#log p{f"[data-state={state}]" if state else ""}:has-text("{text}")')


def coordinator(browser: Browser, base: str, name: str, *, websockets: bool = True) -> Page:
    page = browser.new_context().new_page()
    if not websockets:
        page.add_init_script(BLOCKED)
    page.goto(f"{base}/samordnare")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("#login button")
    page.click("#duty[aria-pressed=false]")
    page.wait_for_selector("#duty[aria-pressed=true]")
    return page


def answer(page: Page, text: str) -> None:
    page.fill(".chat textarea", text)
    page.press(".chat textarea", "Enter")
    page.wait_for_selector(f'.log .mine:not(.unsent):has-text("{text}")')


def close(page: Page) -> None:
    page.click(".close summary")
    page.click('.close button:has-text("Fick råd")')
    page.wait_for_selector(".chat", state="detached")


def off_duty(page: Page) -> None:
    page.click("#duty[aria-pressed=true]")
    page.wait_for_selector("#duty[aria-pressed=false]")
    page.context.close()


def asks(page: Page) -> None:
    say(page, "jag vill prata med en människa")
    page.wait_for_selector("#log p[data-state=offered]")
    say(page, "/handover_accept")
    page.wait_for_selector("#log p[data-state=waiting]")


def test_ask_queue_take_talk_emergency_pass_close_and_the_bot_again(browser: Browser, staffed: Bot) -> None:
    anna, bo = (coordinator(browser, staffed.base, name) for name in ("anna", "bo"))
    page = visitor(browser, staffed.base)
    say(page, "jag vill hoppa av")
    asks(page)
    anna.wait_for_selector('#queue .need:has-text("Jag vill lämna en grupp")')
    anna.click(".take")
    hears(page, "samordnare från staden", "joined")
    assert "Jag vill lämna en grupp" in anna.inner_text(".about") and bo.locator(".take").count() == 0
    say(page, "jag heter Ahmed Ali")
    anna.wait_for_selector('.log .visitor:has-text("jag heter [name]")')
    anna.type(".chat textarea", "Hej")
    page.wait_for_selector('#typing:has-text("skriver")')
    answer(anna, "Hej, jag lyssnar.")
    hears(page, "Hej, jag lyssnar.")
    anna.click(".knowledge summary")
    anna.fill(".knowledge input", "polisen")
    anna.locator(".knowledge li button").first.click()
    assert len(anna.input_value(".chat textarea")) > 40
    anna.fill(".chat textarea", "")
    say(page, "/handover_share")
    anna.wait_for_selector('.log .visitor:has-text("jag vill hoppa av")')
    say(page, "han har en kniv o är påväg")
    hears(page, "Ring 112", "emergency")
    anna.wait_for_selector(".log .warning")
    anna.click(".pass summary")
    anna.click('.pass button:has-text("bo")')
    bo.wait_for_selector(".chat")
    assert bo.locator(".log p").count() == 0, "what was written before stays behind"
    hears(page, "kollega tar över")
    anna.wait_for_selector(".chat", state="detached")
    say(page, "hej igen")
    bo.wait_for_selector('.log .visitor:has-text("hej igen")')
    answer(bo, "Bo här.")
    hears(page, "Bo här.")
    close(bo)
    hears(page, "avslutat samtalet", "closed")
    say(page, "nej")
    page.wait_for_selector("#log p[data-state=question] >> nth=1")
    for each in (anna, bo):
        off_duty(each)
    page.context.close()


def test_where_websockets_do_not_pass_both_sides_still_talk(browser: Browser, staffed: Bot) -> None:
    anna = coordinator(browser, staffed.base, "anna", websockets=False)
    page = visitor(browser, staffed.base, websockets=False)
    asks(page)
    anna.click(".take")
    hears(page, "samordnare från staden", "joined")
    say(page, "hör du mig")
    anna.wait_for_selector('.log .visitor:has-text("hör du mig")')
    answer(anna, "Jag hör dig.")
    hears(page, "Jag hör dig.")
    close(anna)
    hears(page, "avslutat samtalet", "closed")
    off_duty(anna)
    page.context.close()


def test_a_coordinators_browser_that_dies_is_told_and_the_bot_answers_again(browser: Browser, staffed: Bot) -> None:
    anna, page = coordinator(browser, staffed.base, "anna"), visitor(browser, staffed.base)
    asks(page)
    anna.click(".take")
    hears(page, "samordnare från staden", "joined")
    anna.context.close()
    hears(page, "bröts", "closed")
    page.context.close()


def test_a_reload_of_the_coordinators_page_keeps_the_chat_and_shows_nothing_old(browser: Browser, staffed: Bot) -> None:
    anna, page = coordinator(browser, staffed.base, "anna"), visitor(browser, staffed.base)
    asks(page)
    anna.click(".take")
    hears(page, "samordnare från staden", "joined")
    say(page, "hemligt")
    anna.wait_for_selector('.log .visitor:has-text("hemligt")')
    anna.reload()
    anna.wait_for_selector(".chat")
    assert "hemligt" not in anna.inner_text("body")
    answer(anna, "Jag är kvar.")
    hears(page, "Jag är kvar.")
    assert anna.evaluate("localStorage.length + sessionStorage.length") == 0
    close(anna)
    off_duty(anna)
    page.context.close()


def test_a_visitors_browser_that_dies_frees_the_coordinator(browser: Browser, staffed: Bot) -> None:
    anna, page = coordinator(browser, staffed.base, "anna"), visitor(browser, staffed.base)
    asks(page)
    anna.click(".take")
    hears(page, "samordnare från staden", "joined")
    page.context.close()
    anna.wait_for_selector(".chat", state="detached")
    assert "inte kvar" in anna.inner_text("#error")
    off_duty(anna)


def test_the_coordinators_page_has_no_faults_that_axe_finds(browser: Browser, staffed: Bot) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{staffed.base}/samordnare/")
    page.wait_for_selector("#login:not([hidden])")
    assert Axe().run(page).response["violations"] == []
    page.context.close()
    anna, one, two = coordinator(browser, staffed.base, "anna"), *(visitor(browser, staffed.base) for _ in range(2))
    asks(one)
    anna.click(".take")
    anna.wait_for_selector(".chat")
    asks(two)
    anna.wait_for_selector(".take")
    say(one, "hej")
    anna.wait_for_selector(".log .visitor")
    anna.click(".knowledge summary")
    assert Axe().run(anna).response["violations"] == []
    anna.set_viewport_size({"width": 320, "height": 640})
    assert anna.evaluate("document.documentElement.scrollWidth") <= 320
    say(two, "/handover_leave")
    close(anna)
    off_duty(anna)
    for page in (one, two):
        page.context.close()


def test_when_the_server_starts_anew_both_are_told_and_have_a_way_on(
    browser: Browser, model: str, accounts_file: Path, tmp_path: Path
) -> None:
    process = Process(tmp_path, CHAT_HANDOVER=str(settings_file(tmp_path)), CHAT_ACCOUNTS=str(accounts_file))
    base = Bot(process.port).base
    anna, page = coordinator(browser, base, "anna"), visitor(browser, base)
    asks(page)
    anna.click(".take")
    hears(page, "samordnare från staden", "joined")
    process.stop()
    process.start()
    anna.set_default_timeout(0)
    page.set_default_timeout(0)
    hears(page, "avslutats", "closed")
    anna.wait_for_selector("#login:not([hidden])")
    assert anna.locator(".chat").count() == 0 and "Logga in igen" in anna.inner_text("#error")
    process.stop()
