// Ties the cards of a story to its words: what is pointed at in one is shown in the other. All of it works without.

const SHOWN = "is-shown";
let shown = "";

const cardOf = (ref) => document.getElementById(`q-${ref}`);

function show(ref) {
  if (ref === shown) return;
  shown = ref;
  for (const one of document.querySelectorAll(`.${SHOWN}`)) one.classList.remove(SHOWN);
  if (!ref) return;
  for (const mark of document.querySelectorAll(`.story mark[data-quotes~="${CSS.escape(ref)}"]`)) mark.classList.add(SHOWN);
  cardOf(ref)?.classList.add(SHOWN);
}

function refAt(target) {
  const one = target.closest?.(".quote-card, .story mark");
  if (!one) return "";
  return one.matches("mark") ? one.dataset.quotes.split(" ")[0] : one.id.slice(2);
}

for (const type of ["pointerover", "focusin"]) document.addEventListener(type, (event) => show(refAt(event.target)));

// On the page of one article a mark opens the card of its quote, and so does an address that names one.

function openTarget() {
  document.getElementById(location.hash.slice(1))?.querySelector(":scope > details")?.setAttribute("open", "");
}

document.addEventListener("click", (event) => {
  const ref = event.target.closest(".story mark") && refAt(event.target);
  const card = ref && !String(getSelection()) && cardOf(ref);
  if (!card?.querySelector(":scope > details")) return;
  location.hash = card.id;
  card.focus({ preventScroll: true });
});

addEventListener("hashchange", openTarget);
openTarget();
