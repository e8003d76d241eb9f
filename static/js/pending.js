// A gesture is shown before it is saved: its words by a CSS highlight in the way of their role, the answer or button that
// was pressed, and the forms of the open quote turned to the quote that will be open. The server's answer takes its
// place. What never left the page is undone and redone here.

import { inWords, say } from "./errors.js";
import { enqueue, queued, unsaved, withdraw } from "./outbox.js";
import { rangeOf, story, toUnits } from "./story-text.js";
import { home } from "./text-selection.js";

const ROLES = ["content", "source", "cue", "addressee"];
const MARKS = /\/(quotes|mark|span)\/$/;
// What two forms may differ in that ask for the same.
const COMMON = new Set(["csrfmiddlewaretoken", "gesture", "revision"]);

const open = () => decodeURIComponent(document.getElementById("steps").dataset.open);
let aimed = open();
let taken = [];

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

// The page as it came does not know what can be undone before it is saved.
function offerSteps() {
  const waiting = { undo: unsaved(), redo: taken };
  for (const [id, gestures] of Object.entries(waiting)) {
    const button = document.getElementById(id);
    if (button) button.disabled = "none" in button.dataset && !gestures.length;
  }
}

function press(button, on) {
  button.dataset.was ??= button.ariaPressed;
  button.ariaPressed = String(on);
}

function pressAsItCame(button) {
  if (button.dataset.was) button.ariaPressed = button.dataset.was;
  delete button.dataset.was;
}

function formsOf({ url, fields }) {
  const asked = Object.fromEntries(fields);
  const isSame = ({ name, value }) => COMMON.has(name) || asked[name] === value;
  const forms = [...document.querySelectorAll("form[data-gesture]:not([data-words])")];
  return forms.filter((form) => form.getAttribute("action") === url && [...form.querySelectorAll("[type=hidden]")].every(isSame));
}

function turn(control, value) {
  if (control.matches("[type=radio]")) control.checked = control.value === value;
  else if (control.matches("[aria-pressed]")) press(control, control.value === value);
  else if (control.matches("select, textarea:not(:focus)")) control.value = value;
}

// Only what says how things are: fields for a new claim or speaker may hold the next one already.
function show(entry) {
  for (const form of formsOf(entry).filter((one) => one.matches("[data-submit-on-change], #cast form"))) {
    for (const [name, value] of entry.fields) {
      for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) turn(control, value);
    }
  }
}

function turnBack(entry) {
  for (const form of formsOf(entry)) {
    form.reset();
    delete form.dataset.sent;
    form.querySelectorAll("[data-was]").forEach(pressAsItCame);
  }
  for (const other of unsaved()) if (other.url === entry.url) show(other);
}

// Turns what acts on the open quote to another one, whose card is not here yet, or not open; or to none.
export function aim(key) {
  aimed = key;
  const ref = encodeURIComponent(key);
  const isOpen = key === open();
  for (const form of document.querySelectorAll("#words, #cast form")) {
    form.dataset.gesture = ref;
    if (form.elements.active) form.elements.active.value = key;
    for (const control of form.querySelectorAll("[data-for-quote]")) control[control.matches("button") ? "disabled" : "hidden"] = !key;
    for (const button of form.querySelectorAll("[aria-pressed]")) isOpen ? pressAsItCame(button) : press(button, false);
    if (key) direct(form, ref);
  }
  for (const entry of unsaved()) show(entry);
  const editor = document.getElementById("editor");
  if (editor?.toggleAttribute("inert", !isOpen) && editor.contains(document.activeElement)) home();
  for (const mark of story().querySelectorAll("mark.is-active")) mark.classList.remove("is-active");
  for (const mark of story().querySelectorAll(`mark[data-quotes~="${CSS.escape(ref)}"]`)) mark.classList.add("is-active");
}

function direct(form, ref) {
  for (const name of ["action", "formaction"]) {
    for (const element of [form, ...form.querySelectorAll(`[${name}]`)]) {
      const url = element.getAttribute(name);
      if (url) element.setAttribute(name, url.replace(/\/quotes\/[^/]+\//, `/quotes/${ref}/`));
    }
  }
}

// What is aimed at, for a gesture or a link that aims at something else.
export const aims = (key) => ({ aims: key, back: aimed });

// Whether a quote is open whose card has only to be turned back to.
export const isBehind = (key) => key === open() && key !== aimed;

// What was to be opened, or made, is not.
function release(dropped) {
  for (const entry of dropped.toReversed()) if (entry.aims === aimed && "back" in entry) aim(entry.back);
}

function takeBack() {
  const entry = withdraw();
  if (!entry) return false;
  taken.push(entry);
  turnBack(entry);
  offerSteps();
  say("undone", inWords(entry));
  return true;
}

function putBack() {
  const entry = taken.pop();
  if (!entry) return false;
  enqueue(entry);
  if ("aims" in entry) aim(entry.aims);
  return true;
}

// Undo and redo of what never left the page; whether there was any. After anything else there is nothing to redo.
export function step(id) {
  if (id === "undo" && takeBack()) return true;
  if (id === "redo" && putBack()) return true;
  taken = [];
  return false;
}

document.addEventListener("gesture-queued", ({ detail }) => detail.entry.fields && show(detail.entry));
document.addEventListener("gesture-failed", ({ detail }) => release(detail.links ?? []));
document.addEventListener("gestures-dropped", ({ detail }) => release(detail.dropped));

// The answer opens what its gesture was about; what waits may be about another quote.
document.addEventListener("gesture-saved", () => aim(queued().findLast((entry) => "aims" in entry)?.aims ?? open()));

for (const name of ["gesture-queued", "gesture-saved", "gesture-refused", "gestures-dropped"]) {
  document.addEventListener(name, paint);
  document.addEventListener(name, offerSteps);
}
