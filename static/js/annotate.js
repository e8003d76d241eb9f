// The annotation page: what the person selected goes into the form of words, a click on a mark opens its quote, and an
// exchange with the server moves nothing that the person looks at.

import "./fields.js";
import { home } from "./text-selection.js";

const WORKBENCH = "#workbench";
const MARGIN = 8;
const NARROWEST = 240;
const WIDE = window.matchMedia("(min-width: 58rem)");
let anchor = null;

const wordsForm = () => document.querySelector("form[data-words]");

// Editing is safe only while the words on the page are those of the article.
async function checkWords(story) {
  const text = story.textContent;
  let same = [...text].length === Number(story.dataset.length);
  if (same && crypto.subtle) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    same = hex === story.dataset.sha256;
  }
  if (!same) stopEditing();
}

function stopEditing() {
  const notice = document.getElementById("mismatch");
  if (!notice) return;
  notice.hidden = false;
  for (const form of document.querySelectorAll("form[data-gesture]")) form.inert = true;
}

function fill(form, { start = "", end = "", exact = "" } = {}) {
  form.elements.start.value = start;
  form.elements.end.value = end;
  form.elements.exact.value = exact;
}

// What of the window is neither under its head nor under its foot.
function room() {
  const edge = (selector, side) => document.querySelector(selector).getBoundingClientRect()[side];
  return [Math.max(0, edge(".site-header", "bottom")), Math.min(window.innerHeight, edge("#bar", "top"))];
}

// In wide windows the buttons come to the words: below them, else above, else beside those that are as tall as the window.
function place(form, { left, right, top, bottom }) {
  form.classList.add("words--near");
  const [head, foot] = room();
  const fits = (y) => y >= head && y + form.offsetHeight <= foot;
  const y = [bottom + MARGIN, top - form.offsetHeight - MARGIN].find(fits);
  if (y === undefined) form.style.maxWidth = `${Math.max(NARROWEST, window.innerWidth - right - 2 * MARGIN)}px`;
  const x = Math.min(y === undefined ? right + MARGIN : left, window.innerWidth - form.offsetWidth - MARGIN);
  form.style.left = `${Math.max(MARGIN, x) + window.scrollX}px`;
  form.style.top = `${(y ?? foot - form.offsetHeight - MARGIN) + window.scrollY}px`;
}

// Else they stay at the foot of the window, or at its head where they would lie over the words.
function keepOff(form, { top, bottom }) {
  const [head] = room();
  if (form.getBoundingClientRect().top >= bottom || head + form.offsetHeight > top) return;
  form.style.top = `${head}px`;
  form.style.bottom = "auto";
}

function goBack(form) {
  form.classList.remove("words--near");
  form.removeAttribute("style");
}

function letGo(form) {
  fill(form);
  form.elements.words.value = "";
  goBack(form);
}

document.addEventListener("words-selected", (event) => {
  const form = wordsForm();
  if (!form || form.inert) return;
  fill(form, event.detail);
  form.elements.words.value = event.detail.exact;
  goBack(form);
  if (event.detail.near && WIDE.matches) place(form, event.detail.box);
  else keepOff(form, event.detail.box);
});

WIDE.addEventListener("change", () => wordsForm() && goBack(wordsForm()));

document.addEventListener("words-unselected", () => {
  const form = wordsForm();
  if (form) letGo(form);
});

// Words that are typed are looked up by the server: the offsets of an earlier selection are not theirs.
document.addEventListener("input", (event) => {
  if (event.target.form === wordsForm() && event.target.name === "words") fill(event.target.form);
});

document.addEventListener("mark-click", (event) => {
  if (event.defaultPrevented) return;
  const [ref] = event.detail.mark.dataset.quotes.split(" ");
  document.getElementById(`open-${ref}`)?.click();
});

// The row that must stay where it is: that of the person's hand, else the first that can be seen.
function steadyRow() {
  const inHand = document.activeElement?.closest(".quote-card");
  const rows = inHand ? [inHand] : document.querySelectorAll(`${WORKBENCH} .block`);
  for (const row of rows) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > 0 && top < window.innerHeight) return { id: row.id, top };
  }
  return null;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig.elt === document.body) anchor = steadyRow();
});

function restore() {
  arrange();
  const row = anchor && document.getElementById(anchor.id);
  if (row) window.scrollBy(0, row.getBoundingClientRect().top - anchor.top);
}

// The words of a quote that was opened are seen: at once when the page comes, and always where its card is a sheet.
const openNow = () => document.getElementById("steps").dataset.open;
let shown = "";

function showWords() {
  const words = document.querySelector(`${WORKBENCH} mark.is-active`);
  const sheet = document.getElementById("editor");
  const covers = sheet && getComputedStyle(sheet).position === "fixed";
  if (words && openNow() !== shown && (covers || !shown)) {
    const { top, bottom } = words.getBoundingClientRect();
    const end = covers ? sheet.getBoundingClientRect().top : window.innerHeight;
    if (top < 0 || bottom > end) window.scrollBy(0, top - end / 3);
  }
  shown = openNow() || "none";
}

document.addEventListener("gesture-saved", restore);
document.addEventListener("gesture-saved", showWords);
document.addEventListener("gesture-refused", restore);

// What the guidelines say stands beside the story until it is put away.
const rules = document.getElementById("rules");

function putAway() {
  rules.replaceChildren();
  home();
}

rules.addEventListener("click", ({ target }) => target.closest("[data-leave-rules]") && putAway());

document.addEventListener("key-action", (event) => {
  const part = event.detail.action === "rule" && document.activeElement.closest(".editor__part");
  const way = part && part.querySelector("[data-key=rule]");
  if (!way) return;
  event.preventDefault();
  way.click();
});

document.addEventListener("step-back", (event) => {
  if (event.defaultPrevented || !rules.firstChild) return;
  event.preventDefault();
  putAway();
});

// The last step back closes the open card.
document.addEventListener("step-back", (event) => {
  const close = document.getElementById("close-card") ?? document.querySelector(".quote-card__open[aria-current]");
  if (!event.defaultPrevented) close?.click();
});

// Text before cards in the page, but under each other on narrow screens: the style sheet cannot count that far.
function arrange() {
  const hasQuotes = document.querySelector(`${WORKBENCH} .quote-card`) !== null;
  document.querySelector(`${WORKBENCH} .reading`).classList.toggle("has-quotes", hasQuotes);
  for (const row of document.querySelectorAll(`${WORKBENCH} :is(.block, .block-cards):not([style])`)) {
    row.style.setProperty("--order", 2 * Number(row.dataset.index) + (row.matches(".block-cards") ? 1 : 0));
  }
}

// A style sheet can show the words of the page beside a paragraph, where they are no part of its text.
function tellGaps(hint) {
  const key = JSON.parse(document.getElementById("keys").textContent).keys["looked-at"];
  const words = key ? `${hint} (${key})` : hint;
  document.documentElement.style.setProperty("--gap-hint", JSON.stringify(words));
}

const hint = document.querySelector("[data-story]").dataset.hint;
if (hint) tellGaps(hint);

arrange();
showWords();

htmx.onLoad((loaded) => {
  arrange();
  const story = document.querySelector("[data-story]");
  if (story && (loaded.contains(story) || story.contains(loaded))) checkWords(story);
});
