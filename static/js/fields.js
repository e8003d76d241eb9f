// The fields of a card: when what is chosen is sent, and what a swap of the page must not take away: what is typed or
// chosen and not sent yet, the focus, and a press that has begun.

import { home } from "./text-selection.js";

const FIELDS = "#workbench :is(input:not([type]), textarea, select)";
const LIST = "form[data-submit-on-change] select";
let keyed = null;
let kept = [];
let question = null;
let hadFocus = false;

// What stood in a field when the page came.
function given(field) {
  if (!field.matches("select")) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0]).value;
}

const isChanged = (field) => field.value !== given(field) && !("sent" in field.form.dataset);

// An answer is sent when it is chosen. A list that somebody goes through by key is sent when they are there: on Enter,
// or when they leave it.
document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-submit-on-change]");
  if (form && !(target === keyed && target.matches(LIST))) form.requestSubmit();
});

document.addEventListener("focusout", ({ target }) => {
  if (target.matches(LIST) && isChanged(target)) target.form.requestSubmit();
});

document.addEventListener("pointerdown", () => (keyed = null), true);

// Before the key leaves the field (keyboard.js).
document.addEventListener(
  "keydown",
  (event) => {
    const { target, key } = event;
    keyed = target;
    if (event.isComposing || !target.matches?.("#editor *, #words *")) return;
    if (key === "Escape") takeBack(target);
    else if (key === "Enter" && target.matches(LIST) && isChanged(target)) {
      event.preventDefault();
      target.form.requestSubmit();
    }
  },
  true,
);

function takeBack(field) {
  if (field.matches(LIST)) field.value = given(field);
  forget();
}

// Takes away why something could not be, with what was typed.
function forget() {
  const refused = document.querySelectorAll("[data-refusal]");
  for (const one of refused) one.remove();
  for (const field of document.querySelectorAll(`${FIELDS}[aria-invalid=true]`)) {
    field.value = "";
    for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  }
  return refused.length > 0;
}

document.addEventListener("step-back", (event) => {
  if (!event.defaultPrevented && forget()) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.elt !== document.body) return;
  kept = [...document.querySelectorAll(FIELDS)].filter(isChanged).map((field) => [field.id, field.value]);
  hadFocus = document.activeElement !== document.body;
  question = document.activeElement.closest("[role=radiogroup]")?.getAttribute("aria-labelledby");
});

function fill(field, value) {
  if (field.matches("select") && ![...field.options].some((option) => option.value === value)) return;
  field.value = value;
  field.closest("details")?.setAttribute("open", "");
}

// What had the focus may be gone: then the same question has it, else the open card, else the story.
function refocus() {
  if (!hadFocus || document.activeElement !== document.body) return;
  const [answer, card] = [`[aria-labelledby="${question}"] input`, ".quote-card__open[aria-current]"];
  const next = document.querySelector(answer) ?? document.querySelector(card);
  if (next) next.focus({ preventScroll: true });
  else home();
}

function restore() {
  for (const [id, value] of kept) {
    const field = document.getElementById(id);
    if (field) fill(field, value);
  }
  refocus();
}

for (const name of ["gesture-saved", "gesture-refused"]) document.addEventListener(name, restore);

// A browser makes no click of a press whose element is gone before it is let go. If the same stands there then, it is meant.

const PRESSES = { pointerdown: "pointerup", keydown: "keyup" };
const isPress = ({ type, key, button }) => (type.startsWith("key") ? key === " " : !button);
const pressable = (element) => element?.closest("a, button, label, summary, mark");
const meaning = (one) => [one.id, one.ariaLabel, one.value || one.dataset.activate || one.textContent].join();
let pressed = null;

function under(event) {
  return event.key ? document.activeElement : document.elementFromPoint(event.clientX, event.clientY);
}

function letGo(event) {
  const [began, now] = [pressed, pressable(under(event))];
  pressed = null;
  if (!began || began.isConnected || !now || meaning(began) !== meaning(now)) return;
  const { clientX, clientY } = event;
  now.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, clientX, clientY, detail: 1 }));
}

for (const [down, up] of Object.entries(PRESSES)) {
  window.addEventListener(down, (event) => (pressed = isPress(event) ? pressable(event.target) : null), true);
  window.addEventListener(up, letGo, true);
}
