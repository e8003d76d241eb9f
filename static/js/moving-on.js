// Moving on: the next and the previous quote, the next gap (a paragraph with neither a quote nor "looked at"), what is said
// to be looked at, and the map of the story.

import { goTo, movedAt, place } from "./cursor.js";
import { sentences, tell } from "./said.js";
import { story, unitsAt } from "./story-text.js";
import { home } from "./text-selection.js";

// What the bar at the top covers.
const HEADER = 60;
// A press that comes before the page has opened the last one goes on from there.
let opening = null;

function openNext(step) {
  const links = [...document.querySelectorAll(".quote-card__open")];
  const now = links.findIndex((link) => (opening ? link.dataset.activate === opening : link.ariaCurrent));
  const behind = () => links.findIndex((link) => isBehind(link.closest(".block-cards")));
  const start = now >= 0 ? now : (behind() < 0 ? links.length : behind()) - (step > 0 ? 1 : 0);
  const link = links[start + step];
  if (!link) return tell(step > 0 ? sentences.last : sentences.first);
  link.click();
  const mark = story().querySelector(`mark[data-quotes~="${CSS.escape(opening)}"]`);
  mark?.scrollIntoView({ block: "center" });
}

document.addEventListener("click", ({ target, ctrlKey, metaKey, shiftKey }) => {
  const link = !(ctrlKey || metaKey || shiftKey) && target.closest("a[data-activate]");
  if (link) opening = link.ariaCurrent ? null : link.dataset.activate;
});

// The answer that opens a quote says nothing itself, and those of gestures before it come first.
document.addEventListener("gesture-saved", () => {
  if (!opening || document.getElementById("steps").dataset.open !== opening) return;
  const links = [...document.querySelectorAll(".quote-card__open")];
  const nth = links.findIndex((link) => link.dataset.activate === opening);
  const [name, words] = [".quote-card__name", ".said"].map((part) => links[nth].querySelector(part).textContent);
  tell(sentences.quote, { nth: nth + 1, all: links.length, name, words });
  opening = null;
});

for (const name of ["gesture-refused", "gesture-failed"]) document.addEventListener(name, () => (opening = null));

const isBehind = (cards) => unitsAt(document.getElementById(`block-${cards.dataset.index}`), 0) >= place();

function nextGap() {
  const gaps = [...story().querySelectorAll(".block.is-gap")];
  const gap = gaps.find((block) => unitsAt(block, 0) > place()) ?? gaps[0];
  if (gap) goToBlock(gap);
  else tell(sentences.noGap);
}

function goToBlock(block) {
  home();
  block.scrollIntoView({ block: "center" });
  goTo(unitsAt(block, 0));
  tell(sentences.paragraph, { number: block.dataset.index, words: block.textContent });
}

// An address with a place, such as those of the page before submitting, leads the keys there too.
function land() {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches("[data-story] .block")) goToBlock(target);
  else if (target?.matches(".quote-card")) target.querySelector(".quote-card__open").focus({ preventScroll: true });
}

window.addEventListener("hashchange", land);
document.addEventListener("click", ({ target }) => {
  // To the same place again the address does not change.
  if (target.closest(".map a")?.hash === location.hash) setTimeout(land);
});
// The browser itself goes there first, and takes the focus along.
window.addEventListener("load", () => setTimeout(land));

const ACTIONS = { next: () => openNext(1), previous: () => openNext(-1), gap: nextGap };

document.addEventListener("key-action", (event) => {
  if (!ACTIONS[event.detail.action]) return;
  event.preventDefault();
  ACTIONS[event.detail.action]();
});

// "Looked at" is said of a stretch: the paragraph of the button, else the chosen words, else a paragraph of which nobody
// has said anything yet: the one that the mouse was moved to after the cursor (its hint names the key), else the one
// where the person is, else the first that can be seen.

let pointed = {};

document.addEventListener("pointermove", ({ target, timeStamp }) => {
  pointed = { id: target.closest("[data-story] .block")?.id, at: timeStamp };
});

function paragraph() {
  const blocks = [...story().querySelectorAll(".block")];
  const here = place();
  const hovered = pointed.at > movedAt && document.getElementById(pointed.id);
  const near = [hovered, blocks.findLast((block) => unitsAt(block, 0) <= here), ...blocks.filter(isSeen)];
  return near.find((block) => block && block.matches(".is-gap"));
}

function isSeen(block) {
  const { top, bottom } = block.getBoundingClientRect();
  return bottom > HEADER && top < window.innerHeight;
}

function stretchOf(button) {
  const { start, end } = document.querySelector("form[data-words]").elements;
  const named = button.dataset.block;
  if (!named && end.value) return [start.value, end.value];
  const block = named ? document.getElementById(`block-${named}`) : paragraph();
  if (!block) return null;
  const first = Number(block.dataset.start);
  return [first, first + [...block.textContent].length];
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[form=looked-at]");
  if (!button) return;
  const stretch = stretchOf(button);
  if (stretch) [button.form.elements.start.value, button.form.elements.end.value] = stretch;
  else event.preventDefault();
});

// The map shows which blocks are on the screen, also after some of them were swapped.
const linkOf = (block) => document.querySelector(`#map-${block.dataset.index} > a`);

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const link = linkOf(target);
    if (isIntersecting) link?.setAttribute("aria-current", "location");
    else link?.removeAttribute("aria-current");
  }
});

// All of the map is one stop of the Tab key; the arrows go through it. Where its blocks are too small to hit one by one,
// the map is one thing to press: the links let the pointer through, and the place of the press says where to go.
const EASY = 24;
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
const map = () => document.getElementById("map");
const links = () => [...map().querySelectorAll("a")];
let stop = "map-0";

function rove(link) {
  stop = link.parentElement.id;
  for (const one of links()) one.tabIndex = one === link ? 0 : -1;
}

function measure() {
  const { offsetWidth, offsetHeight } = map();
  map().classList.toggle("map--dense", Math.max(offsetWidth, offsetHeight) / links().length < EASY);
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("#map a");
  const step = STEPS[event.key];
  if (!link || !step || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const all = links();
  all[Math.max(0, Math.min(all.length - 1, all.indexOf(link) + step))].focus();
}, true);

document.addEventListener("focusin", ({ target }) => target.matches("#map a") && rove(target));

// A glide that the focus began would outlive that of the link: the block is there at once.
document.addEventListener("click", ({ target }) => {
  const block = target.closest(".map__block");
  if (block === target) block.firstElementChild.click();
  else if (block) document.getElementById(block.id.replace("map", "block")).scrollIntoView();
});

window.addEventListener("resize", measure);

htmx.onLoad((loaded) => {
  if (loaded.contains(map())) measure();
  const blocks = [loaded, ...loaded.querySelectorAll(".block, .map__block")];
  for (const one of blocks) {
    if (one.matches(".map__block")) one.firstElementChild.tabIndex = one.id === stop ? 0 : -1;
    const block = one.matches(".map__block") ? document.getElementById(one.id.replace("map", "block")) : one;
    if (!block?.matches("[data-story] .block")) continue;
    seen.unobserve(block);
    seen.observe(block);
  }
});
