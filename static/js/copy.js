// A button that copies a field: <button hidden data-copy="id of the field" data-copied="what it says afterwards">.
// Without scripts, or where the browser forbids it, the field itself can be selected and copied.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) {
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
}
