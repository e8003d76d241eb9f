// "Looked at" is said of a stretch: the paragraph of the button, else the chosen words, else the paragraph where the
// person is, or the first on the screen of which nobody has said anything yet.

import { place } from "./cursor.js";
import { story, unitsAt } from "./story-text.js";

function paragraph() {
  const blocks = [...story().querySelectorAll(".block")];
  const here = blocks.findLast((block) => unitsAt(block, 0) <= place());
  if (here?.matches(".is-gap")) return here;
  return blocks.find((block) => block.matches(".is-gap") && block.getBoundingClientRect().bottom > 0);
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
