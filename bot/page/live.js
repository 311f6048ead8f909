// The visitor's side of a talk with a person: a WebSocket, and long polling where WebSockets do not pass.
// Each reply has a number (`seq`), so that none is lost or shown twice when the connection breaks.

const PATIENCE = [500, 1000, 2000, 4000, 8000]; // ms before a new try
const FAILURES_BEFORE_POLLING = 2; // in a row; twice as many where a socket has worked before
const OPENS_WITHIN = 5000; // ms

/**
 * Follows the talk until `stop()`.
 * base: address of the chat, ending in "/". session: its id. receive(replies): a list shaped as POST /message's.
 * typing(on): whether the person is typing. earlier(): optional, the visitor's own messages that the page still
 * shows, oldest first; called only when the visitor has asked to share them.
 * Returns { stop(), writing(on) }; writing tells the person that the visitor is typing, never what.
 */
export function start({ base, session, receive, typing, earlier = null }) {
  const root = new URL(base, location.href);
  const can_share = typeof earlier === "function";
  let stopped = false, socket = null, last = 0, failures = 0, worked = false, timer = 0, request = null;

  function take(replies) {
    const fresh = replies.filter((reply) => reply.seq > last);
    if (!fresh.length) return;
    last = fresh.at(-1).seq;
    receive(fresh);
  }

  // The server no longer knows the session: it was started anew, or the time ran out.
  function gone(message) {
    stop();
    receive([{ text: message, custom: { kind: "handover", state: "closed" } }]);
  }

  async function share() {
    const messages = (await earlier?.() ?? []).filter((text) => typeof text === "string" && text).slice(-100);
    if (messages.length) await post("share", { session, messages });
  }

  function post(path, body, signal) {
    return fetch(new URL(path, root), {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
      credentials: "omit", cache: "no-store", signal,
    });
  }

  function again() {
    if (stopped) return;
    clearTimeout(timer);
    const wait = PATIENCE[Math.min(failures, PATIENCE.length - 1)] * (0.75 + Math.random() / 2);
    timer = setTimeout(failures >= FAILURES_BEFORE_POLLING * (worked ? 2 : 1) ? poll : connect, wait);
  }

  function connect() {
    if (stopped) return;
    const address = new URL("ws", root);
    address.protocol = address.protocol.replace("http", "ws");
    const own = socket = new WebSocket(address);
    const tooLong = setTimeout(() => own.close(), OPENS_WITHIN);
    own.onopen = () => own.send(JSON.stringify({ session, after: last, share: can_share }));
    own.onmessage = ({ data }) => {
      if (stopped || own !== socket) return;
      clearTimeout(tooLong);
      worked = true;
      failures = 0;
      const frame = JSON.parse(data);
      if (Array.isArray(frame)) {
        take(frame);
        if (own.readyState === WebSocket.OPEN) own.send(JSON.stringify({ ack: last }));
      } else if (frame.error === "unknown_session") gone(frame.message);
      else if ("typing" in frame) typing(frame.typing === true);
      else if (frame.share) share();
    };
    own.onclose = () => {
      clearTimeout(tooLong);
      if (stopped || own !== socket) return;
      socket = null;
      failures += 1;
      typing(false);
      again();
    };
  }

  async function poll() {
    while (!stopped) {
      try {
        request = new AbortController();
        const answer = await post("poll", { session, after: last, share: can_share }, request.signal);
        const content = await answer.json();
        if (stopped) return;
        if (answer.status === 404) { gone(content.message); return; }
        if (!answer.ok) throw new Error("refused");
        failures = 2 * FAILURES_BEFORE_POLLING;
        take(content.replies);
        typing(content.typing === true);
        if (content.share) share();
      } catch {
        if (stopped) return;
        failures += 1;
        again();
        return;
      }
    }
  }

  function writing(on) {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ typing: Boolean(on) }));
  }

  function stop() {
    if (stopped) return;
    stopped = true;
    clearTimeout(timer);
    request?.abort();
    socket?.close();
    typing(false);
  }

  connect();
  return { stop, writing };
}
