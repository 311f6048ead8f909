// Leave at once: button or Shift three times. A white sheet first, then another page in this one's place.
import { h } from "./draw.js";
import { texts } from "./parts.js";

const BETWEEN = 5_000; // ms from one Shift to the next

let sheet = null;

function cover() {
  if (sheet) return;
  sheet = h("div", { role: "alert" });
  // Styles set through the CSSOM are allowed under a policy without inline styles.
  Object.assign(sheet.style, { position: "fixed", inset: "0", zIndex: "2147483647", background: "#fff", color: "#fff" });
  sheet.append(texts.leaving);
  document.body.append(sheet);
  document.title = " ";
}

export function uncover(title) {
  if (!sheet) return;
  sheet.remove();
  sheet = null;
  document.title = title;
}

export function leave() {
  cover();
  try {
    window.top.location.replace(texts.leave_to);
  } catch {
    location.replace(texts.leave_to); // a frame that may not move the page around it
  }
}

// Returns a listener of keydown. `say` tells how many presses are left; any other key begins anew.
export function shiftThrice(say, go) {
  let presses = 0, last = 0;
  return (event) => {
    if (event.key !== "Shift") { presses = 0; return; }
    if (event.repeat) return;
    presses = event.timeStamp - last <= BETWEEN ? presses + 1 : 1;
    last = event.timeStamp;
    if (presses >= 3) { presses = 0; go(); }
    else say(presses === 1 ? texts.shift_twice : texts.shift_once);
  };
}
