// A cursor in the story for the keyboard. It holds the words that it moved to, so that a mark key takes them at once:
// by word and by clause it goes from one to the next, by a capital letter to a word that begins with it, and with Shift
// it grows. By character and by line it stands between two characters; by sentence and by paragraph at their start.

import { actionOf, hasLetters, isFree } from "./keyboard.js";
import { tell } from "./said.js";
import { isRightToLeft, pointAt, rangeOf, story, textOf, unitAt, units, unitsAt } from "./story-text.js";
import { choose, chosen, drop, home } from "./text-selection.js";

const MARGIN = 120;
// What stands between words that grow and those they grow from.
const BETWEEN = /^[\s,;:.!?…،؛؟、。)\]—–-]*/u;
const HOLDS = new Set(["word", "clause"]);

const bar = document.createElement("div");
bar.className = "cursor";
bar.ariaHidden = "true";

let on = false;
// What the cursor holds, and the part of it that it keeps when it grows or shrinks.
let held = [0, 0];
let kept = [0, 0];
// Whether the words that it holds are no longer chosen: a gesture used them.
let spent = false;
// When it was moved last.
export let movedAt = -1;

const focus = () => (held[0] < kept[0] ? held[0] : held[1]);

function draw() {
  if (!on || !story()) return bar.remove();
  const [start, end] = [focus(), Math.min(focus() + 1, textOf().length)];
  let box = rangeOf(start, end).getClientRects()[0];
  let x = box?.[isRightToLeft(focus()) ? "right" : "left"];
  if (!box || (start > 0 && start === held[1] && textOf()[start] === "\n")) {
    box = rangeOf(Math.max(start - 1, 0), start).getBoundingClientRect();
    x = box[isRightToLeft(focus()) ? "left" : "right"];
  }
  const style = { left: x + window.scrollX, top: box.top + window.scrollY, height: box.height };
  for (const [name, value] of Object.entries(style)) bar.style[name] = `${value}px`;
  if (!bar.isConnected) document.body.append(bar);
}

function intoView() {
  const { top, bottom } = rangeOf(focus(), focus() + 1).getBoundingClientRect();
  const over = top < MARGIN ? top - MARGIN : Math.max(bottom - window.innerHeight + MARGIN, 0);
  if (over) window.scrollBy(0, over);
}

// Who does not see the cursor hears what it is at.
function say(kind) {
  tell(textOf().slice(...(held[0] < held[1] ? held : unitAt(kind, held[0]))));
}

function hold(edges, anchor = edges, kind = "word") {
  [held, kept, spent, movedAt] = [edges, anchor, false, performance.now()];
  if (held[0] < held[1]) choose(...held, false);
  else drop();
  spent = false;
  draw();
  intoView();
  say(kind);
}

function start() {
  home();
  goTo(...(chosen() ?? [place()]));
}

function leave() {
  on = false;
  draw();
}

// Puts the cursor on words, or between two characters.
export function goTo(first, last = first) {
  on = true;
  hold([first, last]);
}

// Where the person is in the story: at the cursor, else at the open quote, else at what can be seen.
export function place() {
  if (on) return held[0];
  const mark = story().querySelector("mark.content.is-active");
  const seen = [...story().querySelectorAll(".block")].find((block) => block.getBoundingClientRect().bottom > MARGIN);
  return unitsAt(mark ?? seen ?? story(), 0);
}

// Moving

function next(kind, forward) {
  const [start, end] = held;
  const all = units(kind);
  if (HOLDS.has(kind)) return forward ? all.find(([left]) => left >= end) : all.findLast(([, right]) => right <= start);
  const [place] = (forward ? all.find(([left]) => left > start) : all.findLast(([left]) => left < start)) ?? [];
  return place === undefined ? undefined : [place, place];
}

// The chosen words have an edge that moves; those that were used are behind the cursor, on the side where it goes.
function grown(kind, forward) {
  const all = units(kind);
  const [low, high] = kept;
  const [start, end] = held;
  if (forward && start < low) return [Math.min(low, all.find(([left]) => left > start)?.[0] ?? low), end];
  if (forward) return [start, all.find(([, right]) => right > end)?.[1] ?? end];
  if (end > high) return [start, Math.max(high, all.findLast(([, right]) => right < end)?.[1] ?? high)];
  return [all.findLast(([left]) => left < start)?.[0] ?? start, end];
}

function collapse(forward) {
  let edge = forward ? held[1] : held[0];
  if (forward) edge += BETWEEN.exec(textOf().slice(edge))[0].length;
  held = kept = [edge, edge];
}

function byUnit(kind, forward, grow) {
  if (!grow) return hold(next(kind, forward) ?? held, undefined, kind);
  if (spent || held[0] === held[1]) collapse(forward);
  return hold(grown(kind, forward), kept);
}

// To the next word of the paragraph that begins with a letter; after the last one to the first.
function byLetter(letter) {
  const [from, to] = unitAt("paragraph", held[0]);
  const begins = ([left]) => textOf()[left].toUpperCase() === letter;
  const found = units("word").filter((unit) => unit[0] >= from && unit[1] <= to && begins(unit));
  if (found.length) hold(found.find(([left]) => left >= held[1]) ?? found[0]);
}

// The browser knows where the lines are, and which character stands left of which.
function byBrowser(direction, granularity, grow) {
  const selection = window.getSelection();
  selection.collapse(...pointAt(focus(), true));
  selection.modify("move", direction, granularity);
  const to = unitsAt(selection.anchorNode, selection.anchorOffset);
  selection.removeAllRanges();
  if (!grow) return hold([to, to], undefined, granularity === "character" ? granularity : "word");
  const fixed = held[0] < kept[0] ? held[1] : held[0];
  return hold([Math.min(fixed, to), Math.max(fixed, to)], [fixed, fixed]);
}

const LINES = { ArrowUp: "backward", ArrowDown: "forward", Home: "backward", End: "forward" };
// What every keyboard has and no system takes for itself.
const PARAGRAPHS = { PageUp: false, PageDown: true };

function move({ key, shiftKey, ctrlKey, altKey }) {
  const across = key === "ArrowLeft" || key === "ArrowRight";
  if (key in PARAGRAPHS) byUnit("paragraph", PARAGRAPHS[key], shiftKey);
  if (!across && !LINES[key]) return key in PARAGRAPHS;
  const forward = across ? (key === "ArrowRight") !== isRightToLeft(focus()) : LINES[key] === "forward";
  if (across && (ctrlKey || altKey)) byUnit("word", forward, shiftKey);
  else if (across && !shiftKey && chosen()) goTo(held[forward ? 1 : 0]);
  else if (across) byBrowser(key === "ArrowLeft" ? "left" : "right", "character", shiftKey);
  else if (key.startsWith("Arrow") && (ctrlKey || altKey)) byUnit(altKey ? "sentence" : "paragraph", forward, shiftKey);
  else byBrowser(LINES[key], key.startsWith("Arrow") ? "line" : "lineboundary", shiftKey);
  return true;
}

// A capital letter that is the key of nothing.
const isLetter = (event) => /^\p{Lu}$/u.test(event.key) && hasLetters && !event.ctrlKey && !event.altKey && !actionOf(event);

document.addEventListener("keydown", (event) => {
  if (!isFree(event) || event.metaKey || event.target.closest?.("[role=radiogroup]")) return;
  const enters = event.key === "Enter" && !event.ctrlKey && [story(), document.body, document.getElementById("content")].includes(event.target);
  if (enters && !on) start();
  else if (on && isLetter(event)) byLetter(event.key);
  else if (!(on || (event.shiftKey && chosen())) || !move(event)) return;
  event.preventDefault();
});

const ACTIONS = {
  cursor: () => (on ? leave() : start()),
  clause: () => byUnit("clause", true, false),
  quotation: () => hold(units("quotation").find(([, end]) => end > held[1]) ?? held),
  "to-clause": () => byUnit("clause", true, true),
  "to-sentence": () => byUnit("statement", true, true),
};

document.addEventListener("key-action", (event) => {
  const { action } = event.detail;
  const act = ACTIONS[action];
  if (!act || !story()) return;
  event.preventDefault();
  if (!on && action !== "cursor") start();
  else home();
  act();
});

document.addEventListener("words-selected", () => {
  const words = chosen();
  if (String(words) === String(held)) return;
  held = kept = words;
  draw();
});

document.addEventListener("words-unselected", () => (spent = true));

document.addEventListener("step-back", (event) => {
  if (event.defaultPrevented || !on) return;
  event.preventDefault();
  leave();
});

new MutationObserver(draw).observe(document.getElementById("content"), { childList: true, subtree: true });
window.addEventListener("resize", draw);
