// Sends each key where it belongs, by the page's own table (keyboard.py). Outside text fields the key of an action is
// told by a cancelable "key-action" event; if no module takes it, it presses the first element with its data-key.
// Escape always goes one step back: out of a field, else a cancelable "step-back" event, the first taker ends it.

import { actionOf, FIELD, isFree } from "./key-table.js";
import { home } from "./text-selection.js";

export { actionOf, hasLetters, isFree } from "./key-table.js";

const REPEATED = new Set(["next", "previous", "undo", "redo", "clause", "quotation", "to-clause", "to-sentence"]);
// What needs no element of the page.
const OURS = new Set(["cursor", "clause", "quotation", "to-clause", "to-sentence", "next", "previous", "gap"]);
const fieldIn = (element) => element.querySelector("input:checked, :is(input, select, textarea):not([type=hidden])");

function use(element) {
  for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const inner = element.matches("summary") ? element.parentElement : element;
  if (element.matches("summary, [role=radiogroup], fieldset")) fieldIn(inner)?.focus();
  else if (element.matches("input, select, textarea")) element.focus();
  else element.click();
  document.activeElement.select?.();
}

function usable(action) {
  const found = document.querySelectorAll(`[data-key~="${CSS.escape(action)}"]`);
  return [...found].find((one) => !one.disabled && !one.closest("[inert], [hidden]"));
}

// A digit in a group of answers is the answer of that number; then the story has the keys again.
function answer(event) {
  const group = event.target.closest?.("[role=radiogroup]");
  const radio = /^[1-9]$/.test(event.key) && group?.querySelectorAll("input[type=radio]")[event.key - 1];
  if (!radio) return false;
  if (!radio.checked) radio.click();
  home();
  return true;
}

function stepBack(event) {
  if (event.target.closest?.(`${FIELD}, [role=radiogroup], details[open]`)) {
    event.target.closest("details[open]")?.removeAttribute("open");
    home();
  } else document.dispatchEvent(new CustomEvent("step-back", { cancelable: true }));
  event.preventDefault();
}

// The card of a quote that is not saved yet is still to come. The digit that would answer there is no speaker's here.
let awaited = false;

function needsCard(action) {
  const aimed = document.getElementById("words")?.dataset.gesture;
  const elsewhere = document.querySelector(`[data-key~="${CSS.escape(action)}"]:not(#editor *)`);
  return aimed && aimed !== document.getElementById("steps").dataset.open && !elsewhere && !action.startsWith("cast-");
}

function swallows(event) {
  if (!awaited || event.key === "Shift") return false;
  awaited = false;
  return /^[0-9]$/.test(event.key) && isFree(event);
}

const act = (action) => document.dispatchEvent(new CustomEvent("key-action", { detail: { action }, cancelable: true }));

function press(event) {
  const action = actionOf(event);
  if (!action || (event.repeat && !REPEATED.has(action))) return;
  event.preventDefault();
  if (!act(action)) return;
  const element = usable(action);
  if (element) use(element);
  else if (needsCard(action)) {
    awaited = true;
    document.dispatchEvent(new CustomEvent("card-awaited"));
  }
}

// Enter in a list of choices sends its form, as it does in a line of text.
function send({ key, target, isComposing }) {
  const form = key === "Enter" && !isComposing && target.matches?.("select") && target.form;
  if (!form || !("gesture" in form.dataset) || "submitOnChange" in form.dataset) return false;
  form.requestSubmit();
  return true;
}

function take(event) {
  if (swallows(event) || send(event)) event.preventDefault();
  else if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog:modal")) stepBack(event);
  else if (!isFree(event)) return;
  else if (event.altKey || event.ctrlKey || !answer(event)) press(event);
  else event.preventDefault();
}

// Typing ahead. A gesture that opens another quote, or none, is on its way: keys that press something wait for it, and
// what follows them too, so that they fall on the quote that the person means.
const ahead = [];
let turning = false;

// Only what needs the card that is still to come has to wait; nothing does while the server cannot be reached.
function waits(event) {
  if (document.getElementById("save-state").dataset.state === "unsaved") return false;
  const action = isFree(event) && actionOf(event);
  return ahead.length > 0 || (action && !OURS.has(action) && !usable(action));
}

const turns = (url) => /\/(undo|redo|delete)\/$|\/quotes\/$/.test(url);

document.addEventListener("keydown", (event) => {
  if (turning && !event.metaKey && waits(event)) {
    ahead.push(event);
    event.preventDefault();
  } else take(event);
});

function replay(event) {
  const target = document.activeElement ?? document.body;
  if (!target.matches(FIELD) || event.ctrlKey) target.dispatchEvent(new KeyboardEvent("keydown", event));
  else if (event.key === "Enter") target.form?.requestSubmit();
  else if (event.key === "Escape") stepBack(event);
  else if ([...event.key].length === 1) document.execCommand("insertText", false, event.key);
}

function catchUp() {
  turning = false;
  while (ahead.length && !turning) replay(ahead.shift());
}

// Not at once: the exchange is over only after its event.
const settled = ({ detail }) => (detail.left && !detail.reason) || setTimeout(catchUp);

// What was sent needs its field no more; what was refused does.
window.addEventListener("submit", ({ target, submitter }) => {
  if (!target.matches("[data-gesture]")) return;
  if (turns(submitter?.getAttribute("formaction") || target.action)) turning = true;
  if (target.contains(document.activeElement) && !("submitOnChange" in target.dataset)) home();
});

document.addEventListener("gesture-refused", () => {
  const form = document.getElementById("refusal")?.parentElement;
  (form?.querySelector("[aria-invalid=true]") ?? (form && fieldIn(form)))?.focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("a[data-activate]") && !(event.ctrlKey || event.metaKey || event.shiftKey)) turning = true;
});

for (const name of ["gesture-saved", "gesture-refused", "gesture-failed", "gestures-dropped"]) document.addEventListener(name, settled);

document.getElementById("open-help")?.addEventListener("click", () => document.getElementById("help").showModal());
