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
  tour.hidden = false;
  for (const [number, one] of steps.entries()) {
    if (number === step) one.setAttribute("aria-current", "step");
    else one.removeAttribute("aria-current");
  }
  // Whoever leaves a whole quote for the next one has done the last step. The words stay: nothing moves for it.
  const values = { tour: "done" };
  if (last === DONE.length && step < last) htmx.ajax("POST", form.action, { source: tour, swap: "none", values });
  last = step;
}

form.addEventListener("htmx:afterRequest", () => tour.remove());
document.addEventListener("gesture-saved", () => tour.isConnected && look());
look();
