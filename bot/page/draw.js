// From replies to elements. Text is only ever text: nothing here parses markup.
import { phones, texts } from "./parts.js";

// h("p", { class: "note" }, "text", node): properties that start with "on" are listeners.
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child instanceof Node || child));
  return element;
}

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Phone numbers in a text become links.
export function linked(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(new RegExp(phones, "g"))) {
    parts.push(text.slice(at, match.index), h("a", { href: "tel:" + match[0].replace(/\D/g, "") }, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

const words = (value) => (typeof value === "string" ? value.trim() : "");
const web = (value) => (/^https:\/\//.test(words(value)) ? value : null);

function newTab(href, text) {
  return h("a", { class: "web", href, target: "_blank", rel: "noopener noreferrer" }, text, " ", texts.new_tab);
}

function paragraphs(text) {
  return words(text).split(/\n+/).filter(words).map((line) => h("p", {}, linked(line)));
}

// The last lines of an answer are its source and date.
function bubble(reply, custom) {
  const text = words(reply.text);
  const at = words(custom.source) ? text.lastIndexOf("\n\n") : -1;
  const box = h("div", { class: "bubble", dir: "auto" }, paragraphs(at < 0 ? text : text.slice(0, at)));
  if (at >= 0) {
    const source = h("p", { class: "source" }, linked(text.slice(at).trim()));
    if (web(custom.source_url)) source.append(" ", newTab(custom.source_url, texts.web));
    box.append(source);
  }
  return box;
}

function card(contact, because, heading) {
  const phone = words(contact.phone);
  const happens = words(contact.what_happens);
  return h("div", { class: "card" },
    h(heading, { class: "name" }, words(contact.name)),
    phone
      ? h("a", { class: "call", href: "tel:" + phone.replace(/[^\d+]/g, "") }, fill(texts.call, { phone }))
      : h("p", {}, texts.no_phone, " ", linked(words(contact.instead))),
    phone && words(contact.open) && h("p", {}, contact.open),
    phone && words(contact.say) && h("p", {}, linked(contact.say)),
    because && h("p", {}, fill(texts.why, { because })),
    contact.unconfirmed === true && h("p", { class: "note" }, texts.unconfirmed),
    (happens || (phone && words(contact.instead))) && h("details", { open: because ? true : null },
      h("summary", {}, texts.what_happens),
      h("p", {}, linked(happens)),
      phone && words(contact.instead) && h("p", {}, linked(contact.instead))),
    web(contact.web) && newTab(contact.web, texts.web));
}

const contactsOf = (custom) =>
  Array.isArray(custom.cards) ? custom.cards.filter((each) => each && typeof each === "object" && words(each.name)) : [];

export function asPlainText(contacts) {
  return contacts
    .map((each) => [each.name, each.phone, each.open, each.phone ? each.say : each.instead].map(words).filter(Boolean).join("\n"))
    .join("\n\n");
}

// An answer's part of the transcript: words, cards, buttons. `use(button, payload, title)` is what a button does,
// `keep(how, contacts)` copies or prints, `heading` is the name of a card's heading. Returns null where there is nothing to show.
export function draw(reply, id, use, keep, heading) {
  if (!reply || typeof reply !== "object") return null;
  const custom = reply.custom && typeof reply.custom === "object" ? reply.custom : {};
  const contacts = contactsOf(custom);
  const asCards = contacts.length > 0 && Array.isArray(custom.lead);
  const shown = asCards ? { ...reply, text: custom.lead.map(words).filter(Boolean).join("\n") } : reply;
  const buttons = (Array.isArray(reply.buttons) ? reply.buttons : []).filter((each) => words(each?.title) && words(each?.payload));
  if (!words(shown.text) && !asCards && !buttons.length) return null;
  const urgent = custom.kind === "emergency";
  const person = custom.from === "coordinator";
  const language = words(custom.language);
  const label = h("p", { class: person ? "who" : "unseen", id: `${id}-who` }, person ? texts.person : texts.bot);
  const said = h("div", { id: `${id}-said`, lang: language && language !== "sv" ? language : null });
  if (words(shown.text)) said.append(bubble(shown, custom));
  const [first, ...rest] = contacts;
  if (asCards) {
    said.append(h("div", { class: "cards" },
      card(first, urgent ? "" : words(custom.because), heading),
      rest.length > 0 && h(heading, { class: "also" }, texts.also),
      rest.map((contact) => card(contact, "", heading))));
  }
  const article = h("article", { class: urgent ? "bot urgent" : "bot", tabindex: -1, "aria-labelledby": `${id}-who ${id}-said` }, label, said);
  if (asCards) {
    article.append(h("div", { class: "keep", role: "group", "aria-label": texts.keep },
      h("button", { type: "button", onclick: () => keep("copy", contacts) }, texts.copy),
      h("button", { type: "button", onclick: () => keep("print", contacts) }, texts.print)));
  }
  if (buttons.length) {
    article.append(h("div", { class: "choices", role: "group", "aria-label": texts.choose },
      buttons.map(({ title, payload }) => h("button", { type: "button", onclick: (event) => use(event.currentTarget, payload, title) }, title))));
  }
  return article;
}

// `typed`: the words are the visitor's own, not a button's.
export function drawVisitor(text, id, typed) {
  return h("article", { class: typed ? "visitor typed" : "visitor", tabindex: -1, "aria-labelledby": `${id}-who ${id}-said` },
    h("p", { class: "unseen", id: `${id}-who` }, texts.you),
    h("div", { class: "bubble", dir: "auto", id: `${id}-said` }, text));
}
