// The page's side of the chat. Nothing is stored on the device; text is shown as text, never as markup.
"use strict";

(() => {
  const base = location.pathname.replace(/[^/]*$/, "");
  const part = (id) => document.getElementById(id);
  const log = part("log"), form = part("form"), field = part("message"), announcer = part("announcer");
  const LIMIT = 2000;
  const TEXTS = {
    offline: "Det går inte att nå chatten just nu. Det du skrev är kvar i rutan. Försök igen. Är det bråttom, ring 112.",
    again: "Samtalet hade tagit slut och allt är borta. Vi börjar om.",
    left: (n) => n < 0 ? `${-n} tecken för mycket` : `${n} tecken kvar`,
  };
  let session = null;
  let busy = false;

  // A phone number becomes a tel: link; dates and years do not look like one.
  const PHONE = /(?:\b0\d{1,3}-\d[\d ]{4,10}\d|\b020-[\d ]{6,9}|\b116 \d{3}\b|\b90 ?\d{3}\b|\b114 14\b|\b1177\b|\b112\b)/g;

  function withPhones(text, into) {
    let at = 0;
    for (const match of text.matchAll(PHONE)) {
      into.append(text.slice(at, match.index));
      const link = document.createElement("a");
      link.href = "tel:" + match[0].replace(/\D/g, "");
      link.textContent = match[0];
      into.append(link);
      at = match.index + match[0].length;
    }
    into.append(text.slice(at));
  }

  function bubble(text, ...classes) {
    const box = document.createElement("div");
    box.className = ["bubble", ...classes].join(" ");
    for (const line of String(text).split(/\n+/)) {
      const paragraph = document.createElement("p");
      withPhones(line, paragraph);
      box.append(paragraph);
    }
    log.append(box);
    return box;
  }

  function use(button, payload, title) {
    if (button.getAttribute("aria-disabled") === "true" || busy) return;
    button.setAttribute("aria-disabled", "true");
    bubble(title, "visitor");
    send(payload, () => button.removeAttribute("aria-disabled"));
  }

  function show(reply) {
    const custom = reply.custom && typeof reply.custom === "object" ? reply.custom : {};
    if (reply.text) {
      const box = bubble(reply.text, ...(custom.kind === "emergency" ? ["emergency-reply"] : []));
      if (typeof custom.language === "string") box.lang = custom.language;
      if (["ar", "fa"].includes(custom.language)) box.dir = "rtl";
    }
    if (Array.isArray(reply.buttons) && reply.buttons.length) {
      const row = document.createElement("div");
      row.className = "buttons";
      for (const { title, payload } of reply.buttons) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = title;
        button.addEventListener("click", () => use(button, payload, title));
        row.append(button);
      }
      log.append(row);
    }
  }

  // Emptied first, so that a text that comes again is read again.
  function announce(text) {
    announcer.textContent = "";
    setTimeout(() => { announcer.textContent = text; }, 50);
  }

  async function call(path, body) {
    const answer = await fetch(base + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
    });
    const content = answer.status === 204 ? null : await answer.json();
    return { ok: answer.ok, status: answer.status, content };
  }

  async function open() {
    const { ok, content } = await call("session", {});
    if (!ok) throw new Error("no session");
    session = content.session;
  }

  async function send(message, undo = () => {}) {
    busy = true;
    part("error").textContent = "";
    const waiting = setTimeout(() => { part("typing").hidden = false; }, 300);
    try {
      if (!session) await open();
      let answer = await call("message", { session, message });
      if (answer.status === 404) {
        bubble(TEXTS.again);
        await open();
        answer = await call("message", { session, message });
      }
      if (!answer.ok) {
        undo();
        part("error").textContent = answer.content.message;
        return;
      }
      const first = log.childElementCount;
      answer.content.forEach(show);
      announce(answer.content.map((reply) => reply.text).join(" "));
      log.children[first]?.scrollIntoView({ block: "start" });
    } catch {
      undo();
      part("error").textContent = TEXTS.offline;
      announce(TEXTS.offline);
    } finally {
      clearTimeout(waiting);
      part("typing").hidden = true;
      busy = false;
    }
  }

  function submit() {
    const text = field.value.trim();
    if (!text || busy) return;
    if (text.length > LIMIT) { part("error").textContent = TEXTS.left(LIMIT - text.length) + ". Korta texten och skicka igen."; return; }
    const shown = bubble(text, "visitor");
    shown.scrollIntoView({ block: "end" });
    field.value = "";
    part("count").textContent = "";
    send(text, () => { shown.remove(); field.value = text; });
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!event.repeat) submit();
    }
  });
  field.addEventListener("input", () => {
    const left = LIMIT - field.value.length;
    part("count").textContent = left < 200 ? TEXTS.left(left) : "";
  });

  function end() {
    if (session) navigator.sendBeacon(base + "end", JSON.stringify({ session }));
    session = null;
  }

  // Leave at once: the session ends, nothing of the chat is left on the screen or behind the back button.
  const exit = part("leave"), away = exit.href;
  exit.addEventListener("click", (event) => { event.preventDefault(); end(); document.body.replaceChildren(); location.replace(away); });
  let shifts = [];
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) { if (event.key !== "Shift") shifts = []; return; }
    shifts = [...shifts, Date.now()].filter((at) => Date.now() - at < 5000);
    if (shifts.length >= 3) exit.click();
  });
  addEventListener("pagehide", end);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  send("/greet");
})();
