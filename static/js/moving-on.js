// The next and the previous quote, and the next gap: a paragraph with neither a quote nor "looked at".

import { goTo, place } from "./cursor.js";
import { story, unitsAt } from "./story-text.js";

// A press that comes before the page has opened the last one goes on from there.
let opening = null;

function openNext(step) {
  const links = [...document.querySelectorAll(".quote-card__open")];
  const now = links.findIndex((link) => (opening ? link.dataset.activate === opening : link.ariaCurrent));
  const behind = () => links.findIndex((link) => isBehind(link.closest(".block-cards")));
  const start = now >= 0 ? now : (behind() < 0 ? links.length : behind()) - (step > 0 ? 1 : 0);
  const link = links[start + step];
  if (!link) return;
  opening = link.dataset.activate;
  link.click();
  const mark = story().querySelector(`mark[data-quotes~="${CSS.escape(opening)}"]`);
  mark?.scrollIntoView({ block: "center", behavior: "instant" });
}

const isBehind = (cards) => unitsAt(document.getElementById(`block-${cards.dataset.index}`), 0) >= place();

function nextGap() {
  const gaps = [...story().querySelectorAll(".block.is-gap")];
  const gap = gaps.find((block) => unitsAt(block, 0) > place()) ?? gaps[0];
  if (!gap) return;
  gap.scrollIntoView({ block: "center", behavior: "instant" });
  goTo(unitsAt(gap, 0));
}

const ACTIONS = { next: () => openNext(1), previous: () => openNext(-1), gap: nextGap };

document.addEventListener("key-action", (event) => {
  if (!ACTIONS[event.detail.action]) return;
  event.preventDefault();
  ACTIONS[event.detail.action]();
});
for (const name of ["gesture-saved", "gesture-refused"]) document.addEventListener(name, () => (opening = null));
