// The chat's side of the HTTP interface. No cookie, no storage, no address but the script's own.

export const BASE = new URL(".", import.meta.url).href;
const PATIENCE = 45_000; // ms

// What the server or the network refused; `words` are the server's own, for a person.
export class Refused extends Error {
  constructor(status, words) {
    super();
    this.status = status;
    this.words = typeof words === "string" && words ? words : null;
  }
}

export async function call(path, body) {
  const answer = await fetch(BASE + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  const content = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, content?.message);
  return content;
}

// Reaches the server also while the page goes away.
export function end(session) {
  navigator.sendBeacon?.(BASE + "end", JSON.stringify({ session }));
}
