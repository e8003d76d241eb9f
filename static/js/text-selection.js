// The chosen words are ours: a range of the story's text, shown by a CSS highlight, so that no swap of elements takes
// them away. They go when a gesture used them, by Escape, or by a press elsewhere in the story.
//
// Tells it by events on the story: "words-selected" with the offsets in code points, the words, their place on the
// screen and whether the buttons should come near; "words-unselected"; and "mark-click" on a mark that was clicked
// once, and not to select a word.

import { characterAt, offsetAt, phraseAt, rangeOf, snap, story, textOf, toPoints, unitAt, unitsAt } from "./story-text.js";

// What so many presses in one place take; a single press begins a drag.
const KINDS = ["", "", "word", "phrase", "sentence", "paragraph"];
const DOUBLE_CLICK_MILLISECONDS = 250;
const SETTLE_MILLISECONDS = 300;
const SCROLL_EDGE = 48;
const SCROLL_STEP = 12;

let range = null;
let used = null;
let drag = null;
let finger = false;
let clicking = 0;
let settling = 0;
let told = null;

const form = () => document.querySelector("form[data-words]");

export const chosen = () => range;

export const home = () => document.getElementById("content").focus({ preventScroll: true });

function set(edges) {
  range = edges;
  if (range) CSS.highlights.set("chosen", new Highlight(rangeOf(...range)));
  else CSS.highlights.delete("chosen");
}

function tell(near) {
  told = form();
  const [start, end] = range;
  const exact = textOf().slice(start, end);
  const first = toPoints(start);
  const box = rangeOf(start, end).getBoundingClientRect();
  const detail = { start: first, end: first + [...exact].length, exact, box, near };
  story().dispatchEvent(new CustomEvent("words-selected", { bubbles: true, detail }));
}

// `near`: whether the buttons come to the words; keys do not need them there.
export function choose(start, end, near = true) {
  set([start, end]);
  tell(near);
}

export function drop() {
  if (!range) return false;
  set(null);
  story().dispatchEvent(new CustomEvent("words-unselected", { bubbles: true }));
  return true;
}

// By mouse. The browser's own selecting is kept out: it would drag words that are selected, or select beside the story.

const under = (event) => (drag.presses > 1 ? characterAt : offsetAt)(event.clientX, event.clientY);

function wordsOf({ from, to, presses }, exactly) {
  const kind = KINDS[Math.min(presses, KINDS.length - 1)];
  if (!kind) return snap(Math.min(from, to), Math.max(from, to), exactly ? "character" : "word");
  const [one, other] = [from, to].map((at) => (kind === "phrase" ? phraseAt(at) : unitAt(kind, at)));
  return [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
}

function follow(event) {
  const to = under(event) ?? drag.to;
  if (to === drag.to && drag.moved) return;
  Object.assign(drag, { to, moved: true });
  set(wordsOf(drag, event.altKey));
}

// At the upper and the lower edge of the window the story comes to the pointer.
function scroll() {
  if (!drag) return;
  const y = drag.last?.clientY ?? SCROLL_EDGE;
  const step = y < SCROLL_EDGE ? -SCROLL_STEP : y > window.innerHeight - SCROLL_EDGE ? SCROLL_STEP : 0;
  if (step) {
    window.scrollBy(0, step);
    follow(drag.last);
  }
  requestAnimationFrame(scroll);
}

window.addEventListener("mousedown", (event) => {
  if (event.button || finger || !event.target.closest("[data-story]")) return;
  event.preventDefault();
  clearTimeout(clicking);
  window.getSelection().removeAllRanges();
  home();
  // What lies over the story lets the pointer through from here on.
  document.body.classList.add("is-selecting");
  drag = { presses: event.detail };
  const kept = event.shiftKey && range;
  const at = under(event);
  drag.to = at;
  drag.from = kept ? kept[at < kept[0] ? 1 : 0] : at;
  if (kept || drag.presses > 1) follow(event);
  else drop();
  requestAnimationFrame(scroll);
});

window.addEventListener("mousemove", (event) => {
  if (!drag) return;
  drag.last = event;
  follow(event);
});

window.addEventListener("mouseup", (event) => {
  if (!drag) return;
  if (drag.last || drag.moved) follow(event);
  document.body.classList.remove("is-selecting");
  drag = null;
  if (range) tell(true);
});

// Only when no second press follows was it a click on a mark.
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-story] mark, [data-story]");
  if (!place || event.detail > 1) return;
  if (finger && window.getSelection().isCollapsed) drop();
  if (range || !place.matches("mark")) return;
  const detail = { mark: place, offset: offsetAt(event.clientX, event.clientY) };
  const click = () => document.dispatchEvent(new CustomEvent("mark-click", { detail, cancelable: true }));
  clicking = setTimeout(click, event.detail && !finger ? DOUBLE_CLICK_MILLISECONDS : 0);
});

// By touch, and by a browser that has a cursor of its own: they tell nothing but this, and their selection stays.

window.addEventListener("pointerdown", (event) => (finger = event.pointerType === "touch"), true);

function adopt() {
  const selection = window.getSelection();
  if (drag || selection.isCollapsed || !selection.getRangeAt(0).intersectsNode(story())) return;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  const edges = snap(unitsAt(startContainer, startOffset), unitsAt(endContainer, endOffset));
  if (edges && String(edges) !== String(range)) choose(...edges);
}

document.addEventListener("selectionchange", () => {
  clearTimeout(settling);
  settling = setTimeout(adopt, SETTLE_MILLISECONDS);
});

// Words that are typed instead of chosen are other words.
document.addEventListener("input", (event) => {
  if (event.target.form === form() && event.target.name === "words") set(null);
});

document.addEventListener("copy", (event) => {
  if (!range || !window.getSelection().isCollapsed || event.target.matches("input, textarea")) return;
  event.clipboardData.setData("text/plain", textOf().slice(...range));
  event.preventDefault();
});

// What was there before a swap

new MutationObserver(() => {
  if (!range || !story()) return;
  clearTimeout(settling);
  const selection = window.getSelection();
  if (story().contains(selection.anchorNode)) selection.removeAllRanges();
  set(range);
  if (form() !== told) tell(false);
}).observe(document.getElementById("content"), { childList: true, subtree: true });

// Listens where the event comes last: the form has been read by then.
window.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-words]")) return;
  used = range;
  drop();
});

document.addEventListener("gesture-saved", () => (used = null));

document.addEventListener("gesture-refused", () => {
  if (used && !range) choose(...used);
});

document.addEventListener("step-back", (event) => {
  if (!event.defaultPrevented && drop()) event.preventDefault();
});
