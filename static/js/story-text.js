// The story as text: where an offset stands on the page, what stands under a point, and what its units are (words,
// clauses, sentences, paragraphs). The story is the element with data-story, and its textContent is the article's text.
//
// Offsets count UTF-16 units, as the browser does. `toPoints` and `toUnits` alone convert to and from code points.

export const story = () => document.querySelector("[data-story]");

// The text of a page never changes, however often its elements are swapped.
let text = null;
export const textOf = () => (text ??= story().textContent);

export const toPoints = (units) => [...textOf().slice(0, units)].length;

export function toUnits(points) {
  let units = 0;
  for (const char of textOf()) {
    if (points-- <= 0) break;
    units += char.length;
  }
  return units;
}

// How much of the text stands before a point of the document.
export function unitsAt(node, offset) {
  const range = document.createRange();
  range.selectNodeContents(story());
  const side = range.comparePoint(node, offset);
  if (side < 0) return 0;
  if (side === 0) range.setEnd(node, offset);
  return range.toString().length;
}

// The point of the document at an offset; at a seam of two nodes the end of the first, or the start of the second.
export function pointAt(units, after = false) {
  const walker = document.createTreeWalker(story(), NodeFilter.SHOW_TEXT);
  let [node, left] = [walker.nextNode(), units];
  for (let next = node; next; next = walker.nextNode()) {
    node = next;
    if (after ? left < node.length : left <= node.length) break;
    left -= node.length;
  }
  return [node, Math.min(Math.max(left, 0), node.length)];
}

export function rangeOf(start, end) {
  const range = document.createRange();
  range.setStart(...pointAt(start, true));
  if (end > start) range.setEnd(...pointAt(end));
  return range;
}

export function isRightToLeft(units) {
  const [node] = pointAt(units, true);
  return getComputedStyle(node.parentElement.closest(".block") ?? story()).direction === "rtl";
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// The block nearest to a height on the screen: a drag may stray beside the words and between the paragraphs.
function blockAt(y) {
  const distance = ({ top, bottom }) => Math.max(top - y, y - bottom, 0);
  const boxes = [...story().querySelectorAll(".block")].map((block) => block.getBoundingClientRect());
  return boxes.reduce((best, box) => (distance(box) < distance(best) ? box : best));
}

// The offset nearest to a point of the screen. What lies over the story must let the pointer through meanwhile.
export function offsetAt(x, y) {
  const inside = clamp(y, 1, window.innerHeight - 2);
  const { left, right, top, bottom } = blockAt(inside);
  const [px, py] = [clamp(x, left + 1, right - 2), clamp(inside, top + 1, bottom - 2)];
  const caret = document.caretPositionFromPoint?.(px, py);
  if (caret && story().contains(caret.offsetNode)) return unitsAt(caret.offsetNode, caret.offset);
  const range = document.caretRangeFromPoint?.(px, py);
  return range && story().contains(range.startContainer) ? unitsAt(range.startContainer, range.startOffset) : null;
}

// The character under a point, where `offsetAt` is the nearest gap between two.
export function characterAt(x, y) {
  const offset = offsetAt(x, y);
  if (!offset) return offset;
  const { left, right } = rangeOf(offset - 1, offset).getBoundingClientRect();
  return left <= x && x < right ? offset - 1 : offset;
}

const ABBREVIATION = /(?:^|[\s(“"])(?:\p{L}\.)*(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Capt|Sgt|Lt|Sen|Rep|Gov|Jr|Sr|No|vs|\p{L})\.$/u;
// What ends a clause. With a closing mark after it the mark belongs to the clause, and so does what stands before it.
const CLAUSE_END = /([,;:.!?…،؛؟]+)([”’"»“›)\]]*)(?=\s|$)|([、。！？]+)([」』）”]*)|(?<=\s)([—–-]+)(?=\s)/gu;

function segments(granularity) {
  const lang = story().lang || undefined;
  try {
    return new Intl.Segmenter(lang, { granularity }).segment(textOf());
  } catch {
    return new Intl.Segmenter(undefined, { granularity }).segment(textOf());
  }
}

function trimmed(start, end) {
  const words = textOf().slice(start, end);
  return [start + words.length - words.trimStart().length, start + words.trimEnd().length];
}

function lines() {
  return [...textOf().matchAll(/[^\n]*\S[^\n]*/g)].map(({ index, 0: line }) => trimmed(index, index + line.length));
}

function sentences() {
  const found = [];
  for (const { index, segment } of segments("sentence")) {
    const before = found.at(-1);
    const [start, end] = trimmed(index, index + segment.length);
    if (start >= end) continue;
    const goesOn = before && ABBREVIATION.test(textOf().slice(...before)) && !textOf().slice(before[1], start).includes("\n");
    if (goesOn) before[1] = end;
    else found.push([start, end]);
  }
  return found;
}

function clausesOf([from, to]) {
  const [line, found] = [textOf().slice(from, to), []];
  let start = 0;
  const add = (end) => {
    const edges = trimmed(from + start, from + end);
    if (edges[0] < edges[1]) found.push(edges);
  };
  for (const { index, 0: all, 1: stop, 2: closing, 4: other } of line.matchAll(CLAUSE_END)) {
    const end = index + all.length;
    if (stop === "." && !closing && end < line.length && ABBREVIATION.test(line.slice(0, end))) continue;
    add(closing || other ? end : index);
    start = end;
  }
  add(line.length);
  return found;
}

// The single mark at the right is an apostrophe too: it closes nothing between two letters.
const DOUBLE = /“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|「[^」\n]*」|『[^』\n]*』|"[^"\n]*"/;
const SINGLE = /‚[^‚‘\n]*‘|‘(?:[^‘’\n]|’(?=\p{L}))*’(?!\p{L})|''(?:(?!'').)*''/;
const QUOTATION = new RegExp(`${DOUBLE.source}|${SINGLE.source}`, "gu");

const KINDS = {
  character: () => [...segments("grapheme")].map(({ index, segment }) => [index, index + segment.length]),
  word: () => [...segments("word")].filter((one) => one.isWordLike).map(({ index, segment }) => [index, index + segment.length]),
  // What stands in quotation marks, with them.
  quotation: () => [...textOf().matchAll(QUOTATION)].map(({ index, 0: words }) => [index, index + words.length]),
  clause: () => lines().flatMap(clausesOf),
  sentence: sentences,
  // A sentence without the full stop at its end: it is no part of what somebody is said to have said.
  statement: () => sentences().map(([start, end]) => [start, units("clause").findLast(([left]) => left < end)[1]]),
  paragraph: lines,
};
const known = new Map();

// All units of a kind in order, as [start, end].
export function units(kind) {
  if (!known.has(kind)) known.set(kind, KINDS[kind]());
  return known.get(kind);
}

// The unit that holds an offset, else the one before it, else the first.
export function unitAt(kind, offset) {
  const all = units(kind);
  return all.findLast(([start]) => start <= offset) ?? all[0];
}

// Moves the edges out to whole words (or characters, which may be several code points) and off white space.
export function snap(start, end, kind = "word") {
  const [first, last] = trimmed(start, end);
  if (first >= last) return null;
  const out = (edge, side) => units(kind).find(([left, right]) => left < edge && edge < right)?.[side] ?? edge;
  return [out(first, 0), out(last, 1)];
}

export function phraseAt(offset) {
  const quotation = units("quotation").find(([start, end]) => start <= offset && offset < end);
  return quotation ?? unitAt("clause", offset);
}
