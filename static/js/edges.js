// A marked span of the open quote is chosen, by key or by pressing its words, and then its edges are moved, by key or
// by handles; or it gets another role or another quote, or goes. Each is one gesture: the form of the chosen words.
// Edges that were moved are saved when the person goes on to anything else, and forgotten only by Escape.

import { isFree } from "./keyboard.js";
import { sentences, tell } from "./said.js";
import { isRightToLeft, offsetAt, rangeOf, textOf, toPoints, toUnits, units } from "./story-text.js";
import { choose, chosen, drop, home } from "./text-selection.js";

// What makes something of the chosen words.
const MARKS = new Set(["quote", "replace"]);
const ROLES = { fragment: "content", source: "source", cue: "cue", addressee: "addressee" };
// A handle hangs below the line that it is an edge of.
const BELOW = 20;

let span = null;
let edges = null;

const form = () => document.getElementById("span-form");
const buttons = () => [...document.querySelectorAll("#editor [data-span]")];
const isOf = ({ dataset }) => dataset.span === span.role && dataset.start === span.start && dataset.end === span.end;

const handles = ["start", "end"].map((side) => {
  const handle = document.createElement("div");
  handle.className = "edge";
  handle.ariaHidden = "true";
  handle.dataset.side = side;
  return handle;
});

function placeHandles() {
  const boxes = [...rangeOf(...edges).getClientRects()].filter((box) => box.width);
  handles.forEach((handle, index) => {
    const box = boxes.at(-index);
    const side = isRightToLeft(edges[0]) === (index === 1) ? "left" : "right";
    handle.style.left = `${box[side] + window.scrollX}px`;
    handle.style.top = `${box.bottom + window.scrollY - 4}px`;
    if (!handle.isConnected) document.body.append(handle);
  });
}

// Shows what is chosen; anew when a swap brought another form.
function show() {
  const button = span && buttons().find(isOf);
  if (!button) return forget();
  for (const one of buttons()) one.ariaPressed = String(one === button);
  const { elements } = form();
  const [to_start, to_end] = edges.map(toPoints);
  const fields = { role: span.role, start: span.start, end: span.end, to_start, to_end };
  for (const [name, value] of Object.entries(fields)) elements[name].value = value;
  form().hidden = false;
  placeHandles();
}

function isMoved() {
  const { elements } = (span && form()) ?? {};
  return elements && ["start", "end"].some((name) => elements[name].value !== elements[`to_${name}`].value);
}

// The edges alone: a role or a quote that was not confirmed stays as it was.
function leave() {
  const moved = isMoved() && form();
  if (moved) {
    moved.elements.to_role.value = span.role;
    moved.elements.to_quote.value = "";
  }
  forget();
  if (moved) moved.requestSubmit();
}

function forget() {
  span = null;
  for (const handle of handles) handle.remove();
  for (const one of buttons()) one.ariaPressed = "false";
  if (form()) form().hidden = true;
}

function set(start, end) {
  edges = [start, end];
  choose(start, end, false);
  show();
}

function take(button) {
  leave();
  // Enter is for the words from here on.
  home();
  const { span: role, start, end } = button.dataset;
  span = { role, start, end };
  form().elements.to_role.value = role;
  set(toUnits(start), toUnits(end));
  rangeOf(...edges).startContainer.parentElement.scrollIntoView({ block: "nearest" });
  speak();
}

function speak() {
  const role = buttons().find(isOf).closest(".editor__part").querySelector("h3 span").textContent;
  tell(sentences.words, { role, words: textOf().slice(...edges) });
}

function save() {
  const { elements } = form();
  if (isMoved() || elements.to_role.value !== span.role || elements.to_quote.value) form().requestSubmit();
  drop();
}

// Whether Enter is for the element that has the focus.
const isPressed = (element) => element.matches("a, button:not([data-span]), summary");

// An edge goes from word to word, never over the other one.
function moved(side, kind, forward) {
  const [start, end] = edges;
  const places = units(kind).map((unit) => unit[side]).filter((at) => (side ? at > start : at < end));
  const to = forward ? places.find((at) => at > edges[side]) : places.findLast((at) => at < edges[side]);
  if (to !== undefined) set(...(side ? [start, to] : [to, end]));
  speak();
}

function takeAway() {
  const remove = buttons().find(isOf).closest("li").querySelector("form");
  if (!remove) return tell(sentences.only);
  forget();
  remove.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if (!span) return;
  if (event.key === "Enter" && isFree(event) && !isPressed(event.target)) save();
  else if (isFree(event) && event.shiftKey && /^Arrow(Left|Right)$/.test(event.key)) {
    const forward = (event.key === "ArrowRight") !== isRightToLeft(edges[0]);
    moved(event.altKey ? 0 : 1, event.ctrlKey ? "character" : "word", forward);
  } else return;
  event.preventDefault();
});

const ACTIONS = {
  edges: () => {
    const all = buttons();
    const next = all[(span ? all.findIndex(isOf) + 1 : 0) % all.length];
    if (span && isOf(next)) save();
    else if (next) take(next);
  },
  "take-away": () => span && takeAway(),
  give: () => span && form().elements.to_quote.focus(),
};

document.addEventListener("key-action", (event) => {
  const { action } = event.detail;
  if (span && ROLES[action]) {
    form().elements.to_role.value = ROLES[action];
    save();
  } else if (ACTIONS[action]) ACTIONS[action]();
  else return goOn(action);
  event.preventDefault();
});

// Whatever a key does comes after what was moved.
function goOn(action) {
  if (!isMoved()) return;
  const words = chosen();
  save();
  if (MARKS.has(action)) choose(...words, false);
}

// Before anything else hears of it.
document.addEventListener("step-back", () => span && forget(), true);
document.addEventListener("click", ({ target }) => span && target.closest("a[data-activate]") && leave(), true);
window.addEventListener("beforeunload", leave, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("#editor [data-span]");
  if (button && span && isOf(button)) drop();
  else if (button) take(button);
  else if (event.target.closest("[data-leave]")) {
    forget();
    drop();
  } else return;
  home();
});

// A click on words of the open quote chooses them; on others it opens theirs.
document.addEventListener("mark-click", (event) => {
  const { mark, offset } = event.detail;
  const open = document.getElementById("steps").dataset.open;
  if (!open || !mark.dataset.quotes.split(" ").includes(open)) return;
  event.preventDefault();
  const at = toPoints(offset);
  const found = buttons().find(({ dataset }) => mark.matches(`.${dataset.span}`) && dataset.start <= at && at <= dataset.end);
  if (found) take(found);
});

document.addEventListener("words-selected", () => {
  if (span && String(chosen()) !== String(edges)) leave();
});
document.addEventListener("words-unselected", leave);
window.addEventListener("submit", ({ target }) => {
  if (target !== form() || !span) return;
  forget();
  drop();
});
window.addEventListener("resize", () => span && placeHandles());
new MutationObserver(() => span && show()).observe(document.getElementById("content"), { childList: true, subtree: true });

// By handle

function drag(event) {
  const side = event.target === handles[1] ? 1 : 0;
  const at = offsetAt(event.clientX, event.clientY - BELOW);
  if (at === null) return;
  const [start, end] = edges;
  const places = units(event.altKey ? "character" : "word").map((unit) => unit[side]);
  const near = places.reduce((best, place) => (Math.abs(place - at) < Math.abs(best - at) ? place : best));
  if (side ? near > start : near < end) set(...(side ? [start, near] : [near, end]));
}

for (const handle of handles) {
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    document.body.classList.add("is-selecting");
    handle.addEventListener("pointermove", drag);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    handle.addEventListener(name, () => {
      handle.removeEventListener("pointermove", drag);
      document.body.classList.remove("is-selecting");
      if (span) save();
    });
  }
}
