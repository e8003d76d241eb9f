// Keys of a page on which one thing after the other is judged: they press the buttons of the current item ([data-item]
// with aria-current) or else of the page. The page works without.

import { actionOf, FIELD, isFree } from "./key-table.js";

// Where somebody types: the token of a form is a field too, and takes no focus.
const TYPED = ":is(input, select, textarea):not([type=hidden])";
const STEPS = { "item-next": 1, "item-previous": -1 };
const current = () => document.querySelector("[data-item][aria-current=true]");

function go(step) {
  const all = [...document.querySelectorAll("[data-item]")];
  const link = all[all.indexOf(current()) + step]?.querySelector("a[data-open]");
  link?.click();
}

// Where all items are there already ([data-items]) the current one is chosen without the server, and its words in the
// story come into sight beside it.
function choose(item) {
  current()?.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
  history.replaceState(history.state, "", item.querySelector("a[data-open]").href);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  const words = document.querySelector(`.story mark[data-quotes~="${CSS.escape(item.dataset.quote)}"]`);
  if (words) follow(words, words.closest(".story"));
}

function follow(words, pane) {
  pane.scrollTop += words.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-items] a[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose(link.closest("[data-item]"));
});

// The answer to a verdict says what comes next; the focus goes there before the button that was pressed is replaced.
document.addEventListener("item-done", ({ detail }) => {
  const next = document.getElementById(detail.next);
  if (next.matches("[data-item]")) return choose(next);
  current()?.removeAttribute("aria-current");
  next.focus();
});

const unreachable = (is) => document.getElementById("offline")?.toggleAttribute("hidden", !is);
document.addEventListener("htmx:sendError", () => unreachable(true));
document.addEventListener("htmx:afterOnLoad", () => unreachable(false));
document.addEventListener("htmx:afterSettle", () => document.querySelector(".error-summary")?.scrollIntoView({ block: "center" }));
// Sent as any form is, the answer is a page that says what is wrong; the key of the gesture keeps it from counting twice.
document.addEventListener("htmx:responseError", ({ detail }) => detail.elt.submit());

// What has one key is opened first and pressed then.
function press(action) {
  const key = `[data-key~="${CSS.escape(action)}"]`;
  const found = [current(), document].flatMap((place) => [...(place?.querySelectorAll(key) ?? [])]);
  // Not of an item that is not the current one.
  const ours = found.filter((one) => [null, current()].includes(one.closest("[data-item]")));
  const target = ours.find((one) => !one.disabled && !one.matches("details[open] > summary"));
  if (!target) return;
  const box = target.closest("details");
  if (box) box.open = true;
  if (target.matches("summary")) box.querySelector(TYPED)?.focus();
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
if (pane) follow(mark, pane);
