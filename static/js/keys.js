// Choosing keys: the one that is pressed in a field takes the place of what stands there. What tells no key, such as a phone
// or an input method, types it instead.

const form = document.querySelector("form[data-named]");
const NAMED = new Set(form.dataset.named.split(" "));
const ERASERS = new Set(["Backspace", "Delete"]);

function keyOf(event) {
  const { key, ctrlKey, altKey, metaKey } = event;
  const plain = event.getModifierState("AltGraph") || !(ctrlKey || altKey || metaKey);
  if (plain && [...key].length === 1 && key.trim()) return key;
  const name = ctrlKey ? `Ctrl+${key}` : key;
  return NAMED.has(name) && name;
}

form.addEventListener("keydown", (event) => {
  const key = event.target.matches(".keys input") && !event.isComposing && keyOf(event);
  if (!key) return;
  event.preventDefault();
  event.target.value = ERASERS.has(key) && event.target.value ? "" : key;
  event.target.select();
});

form.addEventListener("focusin", ({ target }) => target.matches(".keys input") && target.select());
