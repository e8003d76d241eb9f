// Turns the forms with data-gesture into gestures for the outbox, and clicks on the links of cards into its pauses. Each
// gesture gets its idempotency key here, once; a new quote its id, so that more can be done to it before it is saved.
//
// data-gesture names what the form's revision is of: "assignment", or a quote. The element with the same
// data-revision-of knows the present one. data-repeats: pressing twice means twice (undo), else it means once.

import { inWords, say } from "./errors.js";
import { enqueue, isHeld, queued, start } from "./outbox.js";
import { aim, aims, isBehind, step } from "./pending.js";
import { sentences, tell } from "./said.js";

// Those of the server's own keys (models/fields.py).
const ALPHABET = "23456789bcdfghjkmnpqrstvwxz";

const random = (count) => [...crypto.getRandomValues(new Uint8Array(count))];
// randomUUID is there in secure contexts only, and a desk on a local network may not be one.
const freshKey = () => random(16).map((byte) => byte.toString(16).padStart(2, "0")).join("");
const freshQuote = () => `q-${random(10).map((byte) => ALPHABET[byte % ALPHABET.length]).join("")}`;

const textOf = (element) => element?.textContent.trim().replace(/\s+/g, " ") ?? "";

function labelOf(button) {
  const name = (button?.querySelector("bdi") ?? button)?.cloneNode(true);
  for (const key of name?.querySelectorAll("kbd, .badge") ?? []) key.remove();
  return button?.ariaLabel || textOf(name);
}

// What an option says of other quotes are words of the story, which are not kept.
function answerIn(field) {
  if (field.matches("select:not([data-of-quotes])")) return textOf(field.selectedOptions[0]);
  if (field.matches("[type=radio]:checked")) return field.ariaLabel || textOf(field.labels[0]);
  return field.matches("textarea, input:not([type])") ? field.value.trim() : "";
}

// What the gesture is, for a person who has to decide about it: the question, and the answer or the button that is one.
function nameOf(form, submitter, hasWords) {
  const question = form.dataset.question || textOf(form.closest(".editor__part")?.querySelector("h3"));
  const answers = hasWords ? [] : [...form.elements].map(answerIn).filter(Boolean);
  const isAnswer = submitter?.value && !("set" in submitter.dataset);
  if (question && (isAnswer || !(answers.length || form.dataset.question))) answers.splice(0, answers.length, labelOf(submitter));
  return [question || labelOf(submitter), ...answers].filter(Boolean).join(" · ");
}

function gestureOf(form, submitter) {
  const data = new FormData(form, submitter);
  // Signing in again changes the token, so it goes with each request anew, in a header.
  data.delete("csrfmiddlewaretoken");
  data.delete("gesture");
  const hasWords = Boolean(data.get("end")) && data.has("exact");
  if (hasWords) for (const name of ["exact", "words"]) data.delete(name);
  const asks = new URLSearchParams([...data].filter(([name]) => name !== "revision")).toString();
  const url = submitter?.getAttribute("formaction") || form.getAttribute("action");
  const name = nameOf(form, submitter, hasWords);
  return { key: freshKey(), url, name, fields: [...data], hasWords, asks, of: form.dataset.gesture, repeats: "repeats" in form.dataset };
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
  if (step(submitter?.id)) return;
  form.dataset.sent = "";
  const gesture = gestureOf(form, submitter);
  gesture.answers = Boolean(form.closest("#notice"));
  if (hasWordsField && !submitter?.hasAttribute("formaction")) make(gesture);
  else enqueue(gesture);
  if (gesture.repeats && isHeld()) say("waits", gesture.name);
});

function make(gesture) {
  const key = freshQuote();
  gesture.fields.push(["quote", key]);
  enqueue(Object.assign(gesture, aims(key)));
  if (queued().at(-1) === gesture) aim(key);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-activate]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const key = decodeURIComponent(link.dataset.activate);
  if (isHeld() && isBehind(key)) return aim(key);
  const entry = { url: link.getAttribute("href"), asks: "", answers: Boolean(link.closest("#notice")), ...aims(key) };
  aim(key);
  enqueue(entry);
});

// Of what is saved the answer tells (_said.html); of what has to wait nobody else does.
let waiting = null;
document.addEventListener("gesture-queued", ({ detail }) => (waiting = detail.entry));
document.addEventListener("gesture-failed", ({ detail }) => {
  if (waiting?.fields && !detail.links?.length) tell(sentences.unsaved, { what: inWords(waiting) });
  waiting = null;
});
for (const name of ["gesture-saved", "gesture-refused"]) document.addEventListener(name, () => (waiting = null));

start();
