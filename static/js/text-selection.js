// Turns a selection in the story into offsets. The story is the element with data-story, and its text is the
// article's. Tells it by events on the story: "words-selected" with the offsets in code points, the words and their
// place on the screen, and "words-unselected".
//
// Inside this file offsets count UTF-16 units, as the browser does. `codePoints` is the one place that converts.

const SETTLE_MILLISECONDS = 300;
let dragging = false;
let settling = 0;
let last = "";

const story = () => document.querySelector("[data-story]");

const codePoints = (before) => [...before].length;

// How much of the story's text stands before a point of the document.
function unitsBefore(container, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(container);
  const side = range.comparePoint(node, offset);
  if (side < 0) return 0;
  if (side === 0) range.setEnd(node, offset);
  return range.toString().length;
}

// The point of the document at an offset of the story's text.
function pointAt(container, units) {
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  let left = units;
  let node = walker.nextNode();
  for (let next = node; next; next = walker.nextNode()) {
    node = next;
    if (left <= node.length) break;
    left -= node.length;
  }
  return [node, Math.min(left, node.length)];
}

function segmenter(container, granularity) {
  try {
    return new Intl.Segmenter(container.lang || undefined, { granularity });
  } catch {
    return new Intl.Segmenter(undefined, { granularity });
  }
}

// Moves the edges out to whole words (or whole characters, which may be several code points) and off white space.
function snap(container, text, start, end, granularity) {
  while (start < end && !text[start].trim()) start += 1;
  while (start < end && !text[end - 1].trim()) end -= 1;
  if (start === end || !("Segmenter" in Intl)) return [start, end];
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const nextLine = text.indexOf("\n", end);
  const to = nextLine < 0 ? text.length : nextLine;
  let [first, final] = [start, end];
  for (const { index, segment } of segmenter(container, granularity).segment(text.slice(from, to))) {
    const [left, right] = [from + index, from + index + segment.length];
    if (left < start && start < right) first = left;
    if (left < end && end < right) final = right;
  }
  return [first, final];
}

function selectedUnits(container, selection) {
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(container)) return null;
  const start = unitsBefore(container, range.startContainer, range.startOffset);
  const end = unitsBefore(container, range.endContainer, range.endOffset);
  return start < end ? [start, end] : null;
}

function show(container, start, end) {
  const [first, firstOffset] = pointAt(container, start + 1);
  const [final, finalOffset] = pointAt(container, end);
  window.getSelection().setBaseAndExtent(first, firstOffset - 1, final, finalOffset);
}

function report(container, text, start, end) {
  const key = `${start}-${end}`;
  if (key === last) return;
  last = key;
  const box = window.getSelection().getRangeAt(0).getBoundingClientRect();
  const exact = text.slice(start, end);
  const first = codePoints(text.slice(0, start));
  const detail = { start: first, end: first + codePoints(exact), exact, box };
  container.dispatchEvent(new CustomEvent("words-selected", { bubbles: true, detail }));
}

function unselect(container) {
  last = "";
  container.dispatchEvent(new CustomEvent("words-unselected", { bubbles: true }));
}

// `moves`: whether the selection itself may be moved to the words. Not under a finger, nor while keys extend it.
function settle({ granularity = "word", moves = false } = {}) {
  const container = story();
  if (!container) return;
  const selection = window.getSelection();
  const units = selectedUnits(container, selection);
  if (!units) {
    if (selection.rangeCount && container.contains(selection.anchorNode)) unselect(container);
    return;
  }
  const text = container.textContent;
  const [start, end] = snap(container, text, ...units, granularity);
  if (start === end) return;
  if (moves) show(container, start, end);
  report(container, text, start, end);
}

// A new selection begins with nothing of the old one left in its way.
document.addEventListener("pointerdown", (event) => {
  const container = event.target.closest("[data-story]");
  dragging = container !== null && event.pointerType === "mouse";
  if (container) unselect(container);
});

// Wherever the button is let go: a drag may end beside the words.
document.addEventListener("mouseup", (event) => {
  if (!dragging) return;
  dragging = false;
  // A click that ends a selection takes it away only after this event.
  const granularity = event.altKey ? "grapheme" : "word";
  setTimeout(() => settle({ granularity, moves: true }));
});

// Touch handles and Shift with the arrow keys tell nothing but this.
document.addEventListener("selectionchange", () => {
  clearTimeout(settling);
  if (!dragging) settling = setTimeout(() => dragging || settle(), SETTLE_MILLISECONDS);
});
