// The tour of a first visit: five steps that are done by doing them. What is on the page says which one comes next, so
// that a reload, an undo or another order does no harm. The words stand in the page (_tour.html).

const tour = document.getElementById("tour");
const form = tour.querySelector("form");
const steps = [...tour.querySelectorAll("[data-step]")];
let last = -1;

const isAnswered = (group) => group.querySelector("input:checked");

// What must be there before the next step, of the card that is open.
const DONE = [
  (card) => card,
  (card) => card.querySelector("[data-span=source], [name=resolution]:checked:not([value=explicit], [value=anaphoric])"),
  () => document.querySelector(".cast-choice[aria-pressed=true]"),
  (card) => [...card.querySelectorAll("[role=radiogroup]")].every(isAnswered),
];

function look() {
  const card = document.getElementById("editor");
  const missing = DONE.findIndex((isDone) => !isDone(card));
  const step = missing < 0 ? DONE.length : missing;
  // Whoever leaves a whole quote for the next one has done the last step.
  if (last === DONE.length && step < last) form.requestSubmit();
  last = step;
  tour.hidden = false;
  for (const [number, one] of steps.entries()) one.hidden = number !== step;
}

form.addEventListener("htmx:afterRequest", () => tour.remove());
document.addEventListener("gesture-saved", () => tour.isConnected && look());
look();
