// The page's own table of keys (keyboard.py), and what a key that is pressed means by it.

export const FIELD = "input:not([type=radio], [type=checkbox], [type=submit]), textarea, select, [contenteditable]";

const table = JSON.parse(document.getElementById("keys")?.textContent ?? '{"keys": {}, "also": {}}');
const pairs = [table.also, table.keys].flatMap(Object.entries);
const actions = new Map(pairs.map(([action, key]) => [key, action]));

// Whether a key that is pressed is not part of what somebody types.
export function isFree(event) {
  const typed = event.defaultPrevented || event.isComposing || event.keyCode === 229;
  return !typed && !event.target.closest?.(FIELD) && !document.querySelector("dialog:modal");
}

// Whether a person wants letters to mean anything.
export const hasLetters = !table.off;

export function actionOf(event) {
  const { key, code } = event;
  // AltGr is how many layouts write what is on our keys.
  const plain = event.getModifierState("AltGraph") || !(event.ctrlKey || event.metaKey || event.altKey);
  if (!plain) return event.altKey ? undefined : actions.get(`Control+${key}`);
  // On a layout without Latin letters the key is known by its place.
  const latin = /^[^\x00-\u024f]$/.test(key) && /^Key([A-Z])$/.exec(code)?.[1];
  return actions.get(key) ?? (latin && actions.get(event.shiftKey ? latin : latin.toLowerCase()));
}
