// Search in the story: all hits are shown by highlights, and the one that is looked at becomes the chosen words.

import { filled } from "./said.js";
import { rangeOf, textOf } from "./story-text.js";
import { choose, home } from "./text-selection.js";
import { goTo } from "./cursor.js";

let hits = [];
let at = -1;

const form = document.getElementById("find");
const field = document.getElementById("find-words");
const count = document.getElementById("find-count");

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// A letter with its marks may be written as one character or as several, and white space as any other.
function patternOf(letter) {
  if (!letter.trim()) return "\\s+";
  const forms = new Set([letter.normalize("NFC"), letter.normalize("NFD")]);
  return `(?:${[...forms].map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})`;
}

// Hits in the text as it is, although lower case may be longer than what it stands for.
function search(words) {
  const letters = [...graphemes.segment(words.trim().replace(/\s+/g, " "))];
  const pattern = letters.map(({ segment }) => patternOf(segment)).join("");
  if (!pattern) return [];
  return [...textOf().matchAll(new RegExp(pattern, "giu"))].map(({ index, 0: hit }) => [index, index + hit.length]);
}

function highlight(name, ranges) {
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges.map((edges) => rangeOf(...edges))));
  else CSS.highlights.delete(name);
}

function show() {
  highlight("found", hits);
  highlight("found-now", hits.slice(at, at + 1).filter(() => at >= 0));
  const { count: text, none } = form.dataset;
  const found = filled(text, { nth: at + 1, all: hits.length });
  count.textContent = hits.length ? found : field.value.trim() && none;
  for (const button of form.querySelectorAll("[data-find]")) button.hidden = hits.length < 2;
}

function look(place) {
  at = hits.length ? (place + hits.length) % hits.length : -1;
  show();
  if (at < 0) return;
  rangeOf(...hits[at]).startContainer.parentElement.scrollIntoView({ block: "center" });
  choose(...hits[at], false);
}

// What is searched for begins at what can be seen.
function begin() {
  hits = search(field.value);
  look(Math.max(hits.findIndex((edges) => rangeOf(...edges).getBoundingClientRect().top > 0), 0));
}

function end() {
  const words = hits[at];
  hits = [];
  at = -1;
  show();
  home();
  if (words) goTo(...words);
}

if (form) {
  field.addEventListener("input", begin);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look(at + 1);
  });
  form.addEventListener("click", (event) => {
    const { find } = event.target.closest("[data-find]")?.dataset ?? {};
    if (find) look(at + (find === "next" ? 1 : -1));
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Escape" && !(event.key === "Enter" && event.shiftKey))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") end();
    else look(at - 1);
  });
  new MutationObserver(() => hits.length && show()).observe(document.getElementById("content"), { childList: true, subtree: true });
}
