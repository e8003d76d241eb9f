// Ties the cards of a story to its words: what is pointed at in one is shown in the other. All of it works without.

const story = document.querySelector(".story");
const cards = document.querySelector(".story-cards");

function refsOf(mark) {
  return mark.dataset.quotes.split(" ");
}

function show(ref) {
  for (const mark of story.querySelectorAll("mark.is-active")) mark.classList.remove("is-active");
  for (const card of cards.querySelectorAll(".is-active")) card.classList.remove("is-active");
  if (!ref) return;
  for (const mark of story.querySelectorAll("mark")) mark.classList.toggle("is-active", refsOf(mark).includes(ref));
  cards.querySelector(`[data-quote="${CSS.escape(ref)}"]`)?.classList.add("is-active");
}

function openTarget() {
  const card = document.getElementById(location.hash.slice(1));
  if (!card?.matches(".quote-card")) return;
  card.querySelector("details").open = true;
  show(card.dataset.quote);
}

function refAt(event) {
  const target = event.target.closest?.(".quote-card, mark");
  if (!target) return null;
  return target.dataset.quote ?? refsOf(target)[0];
}

if (story && cards) {
  for (const type of ["pointerover", "focusin"]) {
    cards.addEventListener(type, (event) => show(refAt(event)));
  }
  story.addEventListener("pointerover", (event) => show(refAt(event)));
  story.addEventListener("click", (event) => {
    const ref = refAt(event);
    if (!ref || String(getSelection())) return;
    const card = cards.querySelector(`[data-quote="${CSS.escape(ref)}"]`);
    location.hash = card.id;
    card.focus({ preventScroll: true });
  });
  addEventListener("hashchange", openTarget);
  openTarget();
}
