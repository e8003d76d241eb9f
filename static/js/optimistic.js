// Shows a gesture before it is saved: its words by a CSS highlight in the way of their role, the button that was pressed,
// and the forms of the open quote turned to the quote that will be open. The server's answer takes the place of it all.

import { unsaved } from "./outbox.js";
import { rangeOf, story, toUnits } from "./story-text.js";

const ROLES = ["content", "source", "cue", "addressee"];
const MARKS = /\/(quotes|mark|span)\/$/;

// Where the words are, and in which role, once the gesture is saved.
function spanOf({ url, fields }) {
  const asked = Object.fromEntries(fields);
  const [start, end] = [asked.to_start || asked.start, asked.to_end || asked.end];
  if (!MARKS.test(url) || !end) return null;
  const role = asked.to_role || asked.role;
  return { role: ROLES.includes(role) ? role : "content", range: rangeOf(toUnits(Number(start)), toUnits(Number(end))) };
}

function paint() {
  const spans = unsaved().map(spanOf).filter(Boolean);
  for (const role of ROLES) {
    const ranges = spans.filter((span) => span.role === role).map(({ range }) => range);
    if (ranges.length) CSS.highlights.set(`unsaved-${role}`, new Highlight(...ranges));
    else CSS.highlights.delete(`unsaved-${role}`);
  }
}

const open = () => document.getElementById("steps").dataset.open;

// Turns what acts on the open quote to another one, whose card is not here yet, or not open; or to none.
export function aim(key) {
  const ref = encodeURIComponent(key);
  for (const form of document.querySelectorAll("#words, #cast form")) {
    form.dataset.gesture = ref;
    if (form.elements.active) form.elements.active.value = key;
    for (const control of form.querySelectorAll("[data-for-quote]")) control[control.matches("button") ? "disabled" : "hidden"] = !key;
    for (const name of key ? ["action", "formaction"] : []) {
      for (const element of [form, ...form.querySelectorAll(`[${name}]`)]) {
        const url = element.getAttribute(name);
        if (url) element.setAttribute(name, url.replace(/\/quotes\/[^/]+\//, `/quotes/${ref}/`));
      }
    }
  }
  document.getElementById("editor")?.toggleAttribute("inert", ref !== open());
  for (const mark of story().querySelectorAll("mark.is-active")) mark.classList.remove("is-active");
  for (const mark of story().querySelectorAll(`mark[data-quotes~="${CSS.escape(ref)}"]`)) mark.classList.add("is-active");
}

document.addEventListener("submit", ({ target, submitter }) => {
  if (!target.matches("form[data-gesture]") || !submitter?.matches("[aria-pressed]")) return;
  for (const button of target.querySelectorAll("[aria-pressed]")) button.ariaPressed = String(button === submitter);
});

// A quote that cannot be opened now leaves the one that is.
document.addEventListener("gesture-failed", ({ detail }) => detail.left || aim(decodeURIComponent(open())));

for (const name of ["gesture-queued", "gesture-saved", "gesture-refused", "gestures-dropped"]) document.addEventListener(name, paint);
