// The coordinator's page. What it shows is what the server's last `state` says, and the lines that have come since the
// page was opened; nothing is stored, and what belongs to a chat that has ended is taken away.

const HOME = new URL(".", import.meta.url);
const PAGE = crypto.randomUUID(); // the server lets the page that was opened last be the one in use
const PATIENCE = [500, 1000, 2000, 4000, 8000]; // ms before a new try
const TYPING_FOR = 4000; // ms after the last key

const part = (id) => document.getElementById(id);
const TEXTS = Object.fromEntries(
  [...part("texts").content.querySelectorAll("[data-text]")].map((each) => [each.dataset.text, each.textContent]));
const ICON_TITLE = document.title;

let me = null; // {name, token, outcomes}
let state = { on_duty: false, waiting: [], chats: [], colleagues: [] };
let socket = null, failures = 0, worked = false, asleep = false, polling = false;
let knowledge = [], counter = 0, stateAt = 0;
const chats = new Map(); // id -> Chat

// ---------------------------------------------------------------- the server

async function call(path, body) {
  const answer = await fetch(new URL(path, HOME), {
    method: body ? "POST" : "GET",
    body: body && JSON.stringify(body),
    headers: { ...(body && { "Content-Type": "application/json" }), ...(me && { "X-CSRF-Token": me.token }) },
    cache: "no-store",
  });
  const content = answer.status === 204 ? null : await answer.json();
  if (answer.status === 401 && me) loggedOut(content?.message);
  if (!answer.ok) throw Object.assign(new Error("refused"), { words: content?.message });
  return content;
}

// What cannot be sent now: messages go when the connection is back, the rest is clicked again.
async function send(event) {
  if (socket?.readyState === WebSocket.OPEN && worked) socket.send(JSON.stringify(event));
  else if (polling) {
    try {
      for (const frame of await call("event", event)) handle(frame);
    } catch (refused) {
      say(refused.words ?? TEXTS.unreachable);
    }
  } else say(TEXTS.lost);
}

function connect() {
  if (!me || asleep) return;
  const address = new URL("ws", HOME);
  address.protocol = address.protocol.replace("http", "ws");
  const own = socket = new WebSocket(address);
  const tooLong = setTimeout(() => own.close(), 5000);
  own.onopen = () => own.send(JSON.stringify({ token: me?.token, page: PAGE }));
  own.onmessage = ({ data }) => {
    clearTimeout(tooLong);
    const fresh = !worked || failures;
    worked = true;
    failures = 0;
    handle(JSON.parse(data));
    if (fresh && me) resend();
  };
  own.onclose = () => {
    clearTimeout(tooLong);
    if (own !== socket) return;
    socket = null;
    if (!me || asleep) return;
    failures += 1;
    say(TEXTS.lost);
    const wait = PATIENCE[Math.min(failures, PATIENCE.length - 1)] * (0.75 + Math.random() / 2);
    setTimeout(failures >= (worked ? 4 : 2) ? poll : connect, wait);
  };
}

async function poll() {
  let first = polling = true;
  for (let broken = 0; me && !asleep;) {
    try {
      for (const frame of await call("poll", { page: PAGE, first })) handle(frame);
      if (first || broken) resend();
      first = false;
      broken = 0;
    } catch {
      if (!me) break; // logged out, and told so
      broken += 1;
      say(TEXTS.lost);
      await new Promise((done) => setTimeout(done, PATIENCE[Math.min(broken, PATIENCE.length - 1)]));
    }
  }
  polling = false;
}

function handle(frame) {
  const chat = chats.get(frame.chat);
  if (frame.type === "state") show(frame);
  else if (frame.type === "line") chat?.line(frame);
  else if (frame.type === "said") chat?.said(frame.number);
  else if (frame.type === "replaced") rest(TEXTS.replaced);
  else if (frame.type === "error") {
    if (frame.error === "not_logged_in") loggedOut(frame.message);
    else if (frame.about === "say" && chat) chat.refused(frame);
    say(frame.message);
  }
}

function resend() {
  say("");
  for (const chat of chats.values()) chat.resend();
}

// ---------------------------------------------------------------- what is said to the coordinator

function say(text) {
  if (part("error").textContent !== text) part("error").textContent = text;
}

function announce(text) {
  part("announcer").textContent = "";
  setTimeout(() => { part("announcer").textContent = text; }, 50);
}

let audio = null;
function beep() {
  audio ??= new AudioContext();
  const tone = audio.createOscillator(), volume = audio.createGain();
  tone.frequency.value = 660;
  volume.gain.value = 0.1;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.15);
}

function notify(text, title) {
  announce(text);
  if (part("sound").checked) beep();
  if (part("title").checked && !document.hasFocus()) document.title = `● ${title}`;
}
addEventListener("focus", () => { document.title = ICON_TITLE; });
part("title").addEventListener("change", () => { document.title = ICON_TITLE; });

// ---------------------------------------------------------------- the queue

function show(next) {
  const before = state;
  state = next;
  stateAt = Date.now();
  part("duty").setAttribute("aria-pressed", String(state.on_duty));
  part("duty").disabled = false;
  if (before.on_duty && !state.on_duty && !goingOff) say(TEXTS.duty_lost);
  goingOff = false;
  const known = new Set(before.waiting.map((each) => each.chat));
  if (state.waiting.some((each) => !known.has(each.chat))) notify(TEXTS.new_waiting, TEXTS.title_waiting);
  drawQueue();
  const mine = new Set(state.chats.map((each) => each.chat));
  for (const [id, chat] of chats) {
    if (mine.has(id)) continue;
    if (!chat.leaving) announce(TEXTS.ended), say(TEXTS.ended);
    chat.remove();
    chats.delete(id);
  }
  for (const each of state.chats) {
    if (!chats.has(each.chat)) chats.set(each.chat, new Chat(each));
    chats.get(each.chat).update(each);
  }
  part("chats-empty").hidden = chats.size > 0;
}

function drawQueue() {
  const list = part("queue");
  const there = new Map([...list.children].map((item) => [item.dataset.chat, item]));
  for (const { chat, need } of state.waiting) {
    let item = there.get(chat);
    if (!item) {
      item = part("waiting").content.cloneNode(true).firstElementChild;
      item.dataset.chat = chat;
      item.querySelector(".need").textContent = need;
      item.querySelector(".take").addEventListener("click", () => send({ type: "take", chat }));
    }
    there.delete(chat);
    list.append(item);
  }
  for (const item of there.values()) item.remove();
  part("queue-empty").hidden = state.waiting.length > 0;
  part("queue-empty").textContent = state.on_duty ? TEXTS.empty : TEXTS.off_duty;
  drawTimes();
}

function drawTimes() {
  const passed = (Date.now() - stateAt) / 1000;
  state.waiting.forEach(({ waited }, at) => {
    const minutes = Math.floor((waited + passed) / 60);
    const shown = part("queue").children[at]?.querySelector(".waited");
    if (shown) shown.textContent = minutes ? TEXTS.waited.replace("{n}", minutes) : TEXTS.waited_less;
  });
}
setInterval(drawTimes, 10_000);

// ---------------------------------------------------------------- a chat

class Chat {
  constructor({ chat, about, said }) {
    this.id = chat;
    this.number = said; // of the last message written here
    this.unsent = new Map(); // number -> {text, shown}
    this.read = 0;
    this.leaving = false;
    this.node = part("chat").content.cloneNode(true).firstElementChild;
    const find = (what) => this.node.querySelector(what);
    const title = find("h3");
    title.textContent = TEXTS.chat.replace("{n}", ++counter);
    title.id = `chat-${counter}`;
    this.node.setAttribute("aria-labelledby", title.id);
    this.log = find(".log");
    this.log.setAttribute("aria-labelledby", title.id);
    find(".about").textContent = Object.values(about).join(" · ") || TEXTS.nothing_told;
    this.field = find("textarea");
    find(".answer").addEventListener("submit", (event) => { event.preventDefault(); this.write(); });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.write(); }
    });
    this.field.addEventListener("input", () => this.types());
    for (const [outcome, name] of Object.entries(me.outcomes)) {
      this.choice(".close ul", name, () => { this.leaving = true; send({ type: "close", chat, outcome }); });
    }
    find(".knowledge input").addEventListener("input", (event) => this.search(event.target.value));
    this.search("");
    part("chats").append(this.node);
    this.field.focus();
  }

  choice(where, name, act) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    item.append(button);
    this.node.querySelector(where).append(item);
  }

  update({ typing, connected }) {
    this.node.querySelector(".typing").hidden = !typing;
    const notice = this.node.querySelector(".notice");
    notice.textContent = connected ? "" : TEXTS.away;
    notice.hidden = connected;
    const names = state.colleagues.join("\n");
    if (names === this.colleagues) return;
    this.colleagues = names;
    this.node.querySelector(".pass ul").replaceChildren();
    this.node.querySelector(".alone").hidden = state.colleagues.length > 0;
    for (const to of state.colleagues) {
      this.choice(".pass ul", to, () => { this.leaving = true; send({ type: "pass", chat: this.id, to }); });
    }
  }

  search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.node.querySelector(".knowledge ul").replaceChildren();
    for (const each of knowledge) {
      const all = `${each.title} ${each.text}`.toLowerCase();
      if (words.every((word) => all.includes(word))) this.choice(".knowledge ul", each.title, () => this.insert(each.text));
    }
  }

  insert(text) {
    this.field.value = this.field.value ? `${this.field.value}\n${text}` : text;
    this.field.focus();
  }

  show(text, who, ...classes) {
    const line = document.createElement("p");
    line.className = classes.join(" ");
    if (who) {
      const name = document.createElement("span");
      name.className = "who";
      name.textContent = `${who}: `;
      line.append(name);
    }
    line.append(text);
    this.log.append(line);
    this.log.scrollTop = this.log.scrollHeight;
    return line;
  }

  line({ number, text, warning, shared }) {
    if (number > this.read) {
      this.read = number;
      if (warning) this.show(warning, "", "warning");
      else if (shared) shared.forEach((each, at) => this.show(at ? each : `${TEXTS.shared}\n${each}`, "", "visitor"));
      else this.show(text, TEXTS.visitor, "visitor");
      notify(warning ?? `${TEXTS.new_line} ${text ?? TEXTS.shared}`, TEXTS.title_line);
    }
    send({ type: "read", chat: this.id, number: this.read });
  }

  write() {
    const text = this.field.value.trim();
    if (!text) return;
    clearTimeout(this.pause);
    this.typed = false;
    this.field.value = "";
    this.number += 1;
    this.unsent.set(this.number, { text, shown: this.show(text, TEXTS.me, "mine", "unsent") });
    this.give(this.number);
  }

  give(number) {
    send({ type: "say", chat: this.id, number, text: this.unsent.get(number).text });
  }

  said(number) {
    this.unsent.get(number)?.shown.classList.remove("unsent");
    this.unsent.delete(number);
  }

  // The text goes back to the field, and so does what was written after it.
  refused({ number }) {
    const back = [...this.unsent].filter(([each]) => each >= number);
    if (!back.length) return;
    this.field.value = [...back.map(([, { text }]) => text), this.field.value].filter(Boolean).join("\n");
    for (const [each, { shown }] of back) { shown.remove(); this.unsent.delete(each); }
    this.number = Math.min(this.number, number - 1);
  }

  resend() {
    for (const number of [...this.unsent.keys()].sort((a, b) => a - b)) this.give(number);
  }

  types() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.tellTyping(false), TYPING_FOR);
    this.tellTyping(Boolean(this.field.value));
  }

  tellTyping(on) {
    if (on !== Boolean(this.typed)) send({ type: "typing", chat: this.id, on });
    this.typed = on;
  }

  remove() {
    clearTimeout(this.pause);
    this.node.remove();
  }
}

// ---------------------------------------------------------------- in and out

let goingOff = false;
part("duty").addEventListener("click", () => {
  goingOff = state.on_duty;
  say("");
  send({ type: "duty", on: !state.on_duty });
});

part("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  say("");
  const form = event.target;
  try {
    await call("login", { name: form.name.value, password: form.password.value });
    form.reset();
    await open();
  } catch (refused) {
    form.password.value = "";
    say(refused.words ?? TEXTS.unreachable);
  }
});

part("logout").addEventListener("click", async () => {
  try {
    await call("logout", {});
    loggedOut();
  } catch (refused) {
    say(refused.words ?? TEXTS.unreachable);
  }
});

function wipe() {
  state = { on_duty: false, waiting: [], chats: [], colleagues: [] };
  for (const chat of chats.values()) chat.remove();
  chats.clear();
  part("queue").replaceChildren();
}

function rest(text) {
  asleep = true;
  socket?.close();
  wipe();
  part("desk").hidden = true;
  say(text);
}

function loggedOut(text = "") {
  me = null;
  socket?.close();
  socket = null;
  wipe();
  say(text);
  draw();
}

function draw() {
  part("duty").disabled = true; // until the server's first state
  part("duty").setAttribute("aria-pressed", "false");
  part("login").hidden = Boolean(me);
  part("desk").hidden = part("tools").hidden = part("who").hidden = !me;
  part("who").textContent = me?.name ?? "";
  if (!me) part("name").focus();
}

async function open() {
  const found = await call("me");
  part("provider").hidden = !found.provider;
  me = found.name ? found : null;
  draw();
  if (!me) return;
  knowledge = await call("kunskap");
  failures = 0;
  drawQueue();
  connect();
}

const cause = location.hash.slice(1);
open().then(() => { if (["provider", "not_allowed"].includes(cause)) say(TEXTS[cause]); }, () => say(TEXTS.unreachable));
