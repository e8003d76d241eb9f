// Keys of a page on which one thing after the other is judged: they press the buttons of the current item ([data-item]
// with aria-current) or else of the page. The page works without.

import { actionOf, FIELD, isFree } from "./key-table.js";

const STEPS = { "item-next": 1, "item-previous": -1 };
const current = () => document.querySelector("[data-item][aria-current=true]");

function go(step) {
  const all = [...document.querySelectorAll("[data-item]")];
  const link = all[all.indexOf(current()) + step]?.querySelector("a[data-open]");
  link?.click();
}

// What has one key is opened first and pressed then.
function press(action) {
  const key = `[data-key~="${CSS.escape(action)}"]`;
  const found = [current(), document].flatMap((place) => [...(place?.querySelectorAll(key) ?? [])]);
  const target = found.find((one) => !one.disabled && !one.matches("details[open] > summary"));
  if (!target) return;
  const box = target.closest("details");
  if (box) box.open = true;
  if (target.matches("summary")) box.querySelector(FIELD)?.focus();
  else if (target.matches(FIELD)) target.focus();
  else target.click();
}

// Whether a key chooses something in a list.
const lists = (list, key) => [...list.options].some((one) => one.text.toLowerCase().startsWith(key.toLowerCase()));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && event.target.matches(FIELD)) return current()?.focus();
  const action = !event.repeat && actionOf(event);
  // Letters choose in a list; what is no letter of a list there takes the mix.
  const isMix = action === "mix" && event.target.matches(".mix select") && !lists(event.target, event.key);
  if (!action || !(isFree(event) || isMix)) return;
  event.preventDefault();
  if (STEPS[action]) go(STEPS[action]);
  else press(action);
});

// The words of the current item come into sight beside it.
const mark = document.querySelector("[data-follows] mark");
const pane = mark?.closest("[data-follows]");
if (pane) pane.scrollTop = mark.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
