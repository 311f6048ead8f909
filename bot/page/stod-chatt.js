// <stod-chatt>: the chat as one element. Nothing is stored on the device.
//   <script type="module" src="…/webhooks/chat/stod-chatt.js"></script><stod-chatt></stod-chatt>
// Attributes: level (of its heading, 2), full (fills the window), theme="light" (never dark). What stands between the
// tags is shown where no script runs.
import { asPlainText, draw, drawVisitor, fill, h, linked } from "./draw.js";
import { leave, shiftThrice, uncover } from "./leave.js";
import { css, longest, texts } from "./parts.js";
import { BASE, Refused, call, end } from "./server.js";

const NEAR_LIMIT = 200; // characters
const TYPING_AFTER = 400, SLOW_AFTER = 8_000, COUNT_AFTER = 1_000, GATHER = 100; // ms
const WARN_BEFORE = 120_000, TOUCH_EVERY = 60_000; // ms

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

class StodChatt extends HTMLElement {
  #log; #waiting; #error; #count; #field; #regions; #heading;
  #session = null;
  #lifetime = 0; // ms that an unused session lives
  #used = 0;
  #busy = false;
  #talk = 0; // counts conversations, so that a late answer to an earlier one is dropped
  #messages = 0;
  #live = null;
  #warned = false;
  #timers = {};
  #unsaid = [];
  #turn = 0;
  #listeners = null;

  connectedCallback() {
    // What served until the script came, and what has been written in it.
    const before = this.querySelector("textarea"), kept = before?.value ?? "", focused = before && document.activeElement === before;
    if (!this.shadowRoot) this.#build();
    this.replaceChildren();
    if (focused) this.#field.focus();
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const title = document.title;
    document.addEventListener("keydown", shiftThrice((text) => this.#announce(text), () => this.#leave()), { signal, capture: true });
    addEventListener("pagehide", () => this.#clear(), { signal });
    addEventListener("pageshow", (event) => { if (event.persisted) { uncover(title); this.#begin(); } }, { signal });
    document.addEventListener("visibilitychange", () => this.#watch(), { signal });
    // A page that only carries the element, far down, opens no session.
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) { seen.disconnect(); this.#begin(this.#field.value || kept); }
    });
    seen.observe(this);
    signal.addEventListener("abort", () => seen.disconnect());
  }

  disconnectedCallback() {
    this.#listeners.abort();
    this.#clear();
  }

  // ------------------------------------------------------------ what it looks like

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const level = /^[1-5]$/.test(this.getAttribute("level")) ? Number(this.getAttribute("level")) : 2;
    this.#heading = `h${level + 1}`;
    const help = (page, text) => h("a", { href: BASE + page, target: "_blank", rel: "noopener" }, text, h("span", { class: "unseen" }, " ", texts.new_tab));
    this.#log = h("div", { class: "log", role: "log", "aria-label": texts.conversation, "aria-describedby": "move", "aria-live": "off", onkeydown: (event) => this.#walk(event) });
    this.#waiting = h("p", { class: "waiting" });
    this.#error = h("p", { class: "error", id: "error" });
    this.#count = h("p", { class: "count", id: "count" });
    this.#field = h("textarea", { id: "message", rows: 2, autocomplete: "off", "aria-describedby": "hint error count", dir: "auto",
      onkeydown: (event) => this.#key(event), oninput: () => this.#typed() });
    this.#regions = [0, 1].map(() => h("div", { class: "unseen", "aria-live": "polite", "aria-atomic": "true" }));
    root.append(h("section", { class: "chat", "aria-labelledby": "title", lang: "sv" },
      h("button", { type: "button", class: "skip", onclick: () => this.#field.focus() }, texts.skip),
      h("header", {},
        h("div", { class: "bar" },
          h(`h${level}`, { class: "title", id: "title" }, texts.title),
          h("a", { class: "leave", href: texts.leave_to, rel: "noreferrer", onclick: (event) => { event.preventDefault(); this.#leave(); } }, texts.leave)),
        h("p", { class: "emergency" }, texts.emergency.map((each) => h("span", {}, linked(each))))),
      h("p", { class: "unseen", id: "move" }, texts.move),
      this.#log,
      this.#waiting,
      h("form", { class: "write", autocomplete: "off", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
        this.#error,
        h("p", { class: "ask" }, h("label", { for: "message" }, texts.label), " ", h("span", { class: "hint", id: "hint" }, texts.hint)),
        h("div", { class: "row" }, this.#field, h("button", { type: "submit", class: "main" }, texts.send)),
        this.#count,
        h("p", { class: "links" }, help("lamna", texts.about_leaving), help("integritet", texts.privacy), help("tillganglighet", texts.accessibility))),
      this.#regions));
  }

  // ------------------------------------------------------------ what it says

  // Two regions take turns, so that a text that comes twice is read twice; texts that come together are read together.
  #announce(text, language = "") {
    this.#unsaid.push(h("p", { lang: language || null }, text));
    clearTimeout(this.#timers.announce);
    this.#timers.announce = setTimeout(() => {
      this.#turn ^= 1;
      this.#regions[this.#turn].replaceChildren(...this.#unsaid.splice(0));
      this.#regions[this.#turn ^ 1].replaceChildren();
    }, GATHER);
  }

  #add(article) {
    if (!article) return null;
    for (const each of this.#log.querySelectorAll('article[tabindex="0"]')) each.tabIndex = -1;
    article.tabIndex = 0;
    this.#log.append(article);
    return article;
  }

  #show(reply) {
    return this.#add(draw(reply, `m${++this.#messages}`, (...button) => this.#use(...button), (...how) => this.#keep(...how), this.#heading));
  }

  // A word of the page itself, with buttons that do something here.
  #notice(text, ...buttons) {
    const article = this.#show({ text });
    if (buttons.length) {
      article.append(h("div", { class: "choices", role: "group", "aria-label": texts.choose },
        buttons.map(([title, act]) => h("button", { type: "button", onclick: (event) => {
          if (event.currentTarget.getAttribute("aria-disabled") === "true") return;
          event.currentTarget.setAttribute("aria-disabled", "true");
          act(event.currentTarget);
        } }, title))));
    }
    this.#announce(text);
    this.#reveal(article);
    return article;
  }

  #receive(replies) {
    if (!Array.isArray(replies)) replies = [null];
    let first = null;
    for (const reply of replies) {
      const article = this.#show(reply);
      if (!article) continue;
      first ??= article;
      const text = typeof reply.text === "string" ? reply.text : "";
      const language = typeof reply.custom?.language === "string" ? reply.custom.language : "";
      this.#announce(text, language);
      const choices = article.querySelectorAll(".choices button").length;
      if (choices) this.#announce(fill(texts.choices, { n: choices }));
    }
    if (replies.length && !first) this.#notice(texts.strange);
    else if (first) this.#reveal(first.previousElementSibling?.matches(".visitor") ? first.previousElementSibling : first);
    for (const reply of replies) if (reply?.custom?.kind === "handover") this.#follow(reply.custom.state);
  }

  #reveal(article) {
    if (this.#log.scrollHeight > this.#log.clientHeight + 1) this.#log.scrollTop = article.offsetTop - 8;
    else if (this.#log.childElementCount > 1) article.scrollIntoView({ block: "nearest" });
  }

  #say(error) {
    this.#error.replaceChildren(...linked(error));
    if (error) { this.#field.setAttribute("aria-invalid", "true"); this.#announce(error); }
    else this.#field.removeAttribute("aria-invalid");
  }

  #typing(on, text = texts.typing) {
    this.#waiting.textContent = on ? text : "";
    if (on) this.#log.scrollTop = this.#log.scrollHeight;
  }

  // ------------------------------------------------------------ the conversation

  async #begin(kept = "") {
    this.#clear();
    this.#field.value = kept;
    await this.#send("/greet", () => this.#notice(texts.unreachable_at_start, [texts.try_again, () => this.#begin()]));
  }

  // `now` tells whether the conversation that asks is still the one on the page.
  async #open(now) {
    const content = await call("session", {});
    if (typeof content?.session !== "string") throw new Refused(0);
    if (!now()) { end(content.session); return; }
    this.#session = content.session;
    this.#lifetime = Number(content.expires_in) > 0 ? content.expires_in * 1000 : Infinity;
  }

  // Gives the message to the server and shows what comes; `undo` restores what the visitor had, if nothing
  // does, and returns something if it has told so itself.
  async #send(message, undo) {
    const talk = this.#talk;
    const now = () => talk === this.#talk;
    this.#busy = true;
    this.#say("");
    const typing = setTimeout(() => this.#typing(true), TYPING_AFTER);
    const slow = setTimeout(() => { this.#typing(true, texts.slow); this.#announce(texts.slow); }, SLOW_AFTER);
    const post = () => call("message", { session: this.#session, message });
    try {
      if (!this.#session) await this.#open(now);
      if (!now()) return;
      let replies;
      try {
        replies = await post();
      } catch (refused) {
        if (refused.status !== 404 || !now()) throw refused;
        this.#stopLive();
        this.#notice(texts.began_again);
        await this.#open(now);
        if (!now()) return;
        replies = await post();
      }
      if (!now()) return;
      this.#touched();
      this.#receive(replies);
    } catch (refused) {
      if (!now()) return;
      if (!undo()) this.#say(refused.words ?? texts.unreachable);
    } finally {
      clearTimeout(typing);
      clearTimeout(slow);
      if (now()) {
        this.#busy = false;
        this.#typing(false);
        if (this.#error.textContent === texts.wait) this.#say("");
      }
    }
  }

  #submit() {
    const text = this.#field.value.trim();
    if (this.#busy) { this.#say(texts.wait); return; }
    if (!text) { this.#say(texts.empty); this.#field.focus(); return; }
    if (text.length > longest) { this.#say(texts.too_long); this.#field.focus(); return; }
    const shown = this.#add(drawVisitor(text, `m${++this.#messages}`, true));
    this.#reveal(shown);
    this.#field.value = "";
    this.#typed();
    this.#send(text, () => {
      this.#take(shown);
      this.#field.value = this.#field.value ? `${text}\n${this.#field.value}` : text;
      this.#typed();
    });
  }

  #use(button, payload, title) {
    if (button.getAttribute("aria-disabled") === "true") return;
    if (this.#busy) { this.#announce(texts.wait); return; }
    button.setAttribute("aria-disabled", "true");
    const shown = this.#add(drawVisitor(title, `m${++this.#messages}`, false));
    this.#send(payload, () => { this.#take(shown); button.removeAttribute("aria-disabled"); });
  }

  #take(article) {
    article.remove();
    const last = this.#log.lastElementChild;
    if (last) last.tabIndex = 0;
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) this.#submit();
  }

  #typed() {
    const left = longest - this.#field.value.trim().length;
    const text = left < 0 ? fill(texts.over, { n: -left }) : left <= NEAR_LIMIT ? fill(texts.left, { n: left }) : "";
    this.#count.textContent = text;
    if (left >= 0 && this.#field.value) this.#say("");
    clearTimeout(this.#timers.count);
    if (text) this.#timers.count = setTimeout(() => this.#announce(text), COUNT_AFTER);
    this.#live?.writing?.(this.#field.value !== "");
    if (this.#field.value && this.#session && Date.now() - this.#used > TOUCH_EVERY) this.#stay();
  }

  // Arrow keys, Home and End go from message to message.
  #walk(event) {
    const all = [...this.#log.children], at = all.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = all[Math.max(0, Math.min(to, all.length - 1))];
    all[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  // ------------------------------------------------------------ a person answers

  async #follow(state) {
    if (state === "closed" || state === "unavailable") { this.#stopLive(); return; }
    if (!["waiting", "joined"].includes(state) || this.#live) return;
    const talk = this.#talk, starting = this.#live = {};
    try {
      const live = await import(BASE + "live.js");
      if (talk !== this.#talk || this.#live !== starting) return;
      this.#live = live.start({
        base: BASE,
        session: this.#session,
        receive: (replies) => { if (talk === this.#talk) { this.#touched(); this.#receive(replies); } },
        typing: (on) => { if (talk === this.#talk) this.#typing(Boolean(on)); },
        // Only what still stands here, and only when the visitor has asked to share it.
        earlier: () => [...this.#log.querySelectorAll(".typed .bubble")].map((each) => each.textContent),
      });
    } catch {
      if (talk !== this.#talk) return;
      this.#live = null;
      this.#notice(texts.live_failed);
    }
  }

  #stopLive() {
    this.#live?.stop?.();
    this.#live = null;
    if (!this.#busy) this.#typing(false);
  }

  // ------------------------------------------------------------ the end

  #touched() {
    this.#used = Date.now();
    this.#warned = false;
    this.#watch();
  }

  // Warns in good time before the server forgets an unused session. Timers sleep with a phone, so the clock decides.
  #watch() {
    clearTimeout(this.#timers.idle);
    if (!this.#session || !Number.isFinite(this.#lifetime)) return;
    if (this.#live) this.#used = Date.now(); // waiting for a person is not idling, here or on the server
    const left = this.#used + this.#lifetime - Date.now();
    const warn = Math.min(WARN_BEFORE, this.#lifetime / 2);
    if (left <= 0) {
      this.#clear();
      this.#notice(texts.ended, [texts.start_over, () => this.#begin()]);
      return;
    }
    if (left <= warn && !this.#warned) {
      this.#warned = true;
      this.#notice(texts.idle, [texts.stay, () => this.#stay(texts.stayed)]);
    }
    this.#timers.idle = setTimeout(() => this.#watch(), Math.min(left > warn ? left - warn : left, 2 ** 30));
  }

  async #stay(say = "") {
    const talk = this.#talk;
    this.#touched();
    try {
      await call("alive", { session: this.#session });
      if (say && talk === this.#talk) this.#notice(say);
    } catch (refused) {
      if (talk !== this.#talk || !say) return; // what is being typed is kept; the next message tells
      if (refused.status === 404) { this.#used = 0; this.#watch(); } else this.#say(refused.words ?? texts.unreachable);
    }
  }

  #forget() {
    if (this.#session) end(this.#session);
    this.#session = null;
  }

  // Ends the conversation here and on the server. Nothing of it stays on the screen.
  #clear() {
    this.#talk += 1;
    this.#stopLive();
    this.#forget();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#unsaid = [];
    this.#busy = this.#warned = false;
    this.#typing(false);
    const focused = this.#log.contains(this.shadowRoot.activeElement);
    this.#log.replaceChildren();
    if (focused) this.#field.focus();
    this.shadowRoot.querySelector("iframe")?.remove();
    for (const region of this.#regions) region.replaceChildren();
    this.#field.value = this.#count.textContent = "";
    this.#say("");
  }

  #leave() {
    this.#clear();
    leave();
  }

  // ------------------------------------------------------------ contacts to take along, only when asked for

  async #keep(how, contacts) {
    const text = asPlainText(contacts);
    if (how === "copy") {
      try {
        await navigator.clipboard.writeText(text);
        this.#notice(texts.copied);
      } catch {
        this.#notice(texts.not_copied);
      }
      return;
    }
    this.shadowRoot.querySelector("iframe")?.remove();
    // Printed from a frame of its own: the contacts, and nothing of the talk or of the page around.
    const frame = h("iframe", { "aria-hidden": "true", tabindex: -1, title: texts.printed });
    Object.assign(frame.style, { position: "fixed", border: "0", width: "1px", height: "1px", opacity: "0" });
    this.shadowRoot.append(frame);
    const paper = frame.contentDocument;
    paper.title = texts.printed;
    paper.body.append(h("h1", {}, texts.printed), ...text.split("\n\n").map((each) => {
      const block = h("p", {}, each);
      block.style.whiteSpace = "pre-line";
      return block;
    }));
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    frame.contentWindow.print();
  }
}

customElements.define("stod-chatt", StodChatt);
