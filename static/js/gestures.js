// Turns the forms with data-gesture into gestures for the outbox, and clicks on the links of cards into its pauses. Each
// gesture gets its idempotency key here, once; a new quote its id, so that more can be done to it before it is saved.
//
// data-gesture names what the form's revision is of: "assignment", or a quote. The element with the same
// data-revision-of knows the present one. data-repeats: pressing twice means twice (undo), else it means once.

import "./errors.js";
import { enqueue, start, unsaved } from "./outbox.js";
import { rangeOf, story, toUnits } from "./story-text.js";

// Those of the server's own keys (models/fields.py).
const ALPHABET = "23456789bcdfghjkmnpqrstvwxz";

const random = (count) => [...crypto.getRandomValues(new Uint8Array(count))];
// randomUUID is there in secure contexts only, and a desk on a local network may not be one.
const freshKey = () => random(16).map((byte) => byte.toString(16).padStart(2, "0")).join("");
const freshQuote = () => `q-${random(10).map((byte) => ALPHABET[byte % ALPHABET.length]).join("")}`;

const textOf = (element) => element?.textContent.trim().replace(/\s+/g, " ") ?? "";

function titleOf(form, submitter) {
  const title = (submitter ?? form.querySelector("h3, h4, legend"))?.cloneNode(true);
  for (const key of title?.querySelectorAll("kbd, .badge") ?? []) key.remove();
  return submitter?.ariaLabel || textOf(title) || form.ariaLabel || "";
}

function answerIn(field) {
  if (field.matches("select")) return textOf(field.selectedOptions[0]);
  if (field.matches("[type=radio]:checked")) return field.ariaLabel || textOf(field.labels[0]);
  return field.matches("textarea, input:not([type])") ? field.value.trim() : "";
}

// What the gesture is, for a person who has to decide about it.
const nameOf = (form, submitter) =>
  [titleOf(form, submitter), ...[...form.elements].map(answerIn)].filter(Boolean).join(" · ");

function gestureOf(form, submitter) {
  const data = new FormData(form, submitter);
  // Signing in again changes the token, so it goes with each request anew, in a header.
  data.delete("csrfmiddlewaretoken");
  data.delete("gesture");
  const hasWords = Boolean(data.get("end")) && data.has("exact");
  if (hasWords) for (const name of ["exact", "words"]) data.delete(name);
  const asks = new URLSearchParams([...data].filter(([name]) => name !== "revision")).toString();
  const url = submitter?.getAttribute("formaction") || form.getAttribute("action");
  return { key: freshKey(), url, fields: [...data], hasWords, asks, of: form.dataset.gesture, repeats: "repeats" in form.dataset };
}

// The second press of a double press finds no words any more.
const DOUBLE_PRESS_MILLISECONDS = 600;
let pressed = -DOUBLE_PRESS_MILLISECONDS;

const isSecondPress = ({ elements }, at) => !elements.words?.value && at - pressed < DOUBLE_PRESS_MILLISECONDS;

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("form[data-gesture]")) return;
  event.preventDefault();
  const hasWordsField = form.matches("[data-words]");
  if (hasWordsField && isSecondPress(form, event.timeStamp)) return;
  if (hasWordsField) pressed = event.timeStamp;
  form.dataset.sent = "";
  const gesture = gestureOf(form, submitter);
  gesture.name = gesture.hasWords ? titleOf(form, submitter) : nameOf(form, submitter);
  const makes = hasWordsField && !submitter?.hasAttribute("formaction");
  if (makes) gesture.fields.push(["quote", freshQuote()]);
  gesture.answers = Boolean(form.closest("#notice"));
  enqueue(gesture);
  if (makes) aim(gesture.fields.at(-1)[1]);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-activate]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  aim(decodeURIComponent(link.dataset.activate));
  enqueue({ url: link.getAttribute("href"), asks: "" });
});

// A gesture is shown before it is saved: its words by a CSS highlight in the way of their role, the button that was
// pressed, and the forms of the open quote turned to the quote that will be open. The server's answer takes its place.

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
function aim(key) {
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

start();
