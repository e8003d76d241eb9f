// Says whether everything is saved, and what to do when it is not. The words stand in the page (_unsaved.html).

const SLOW_MILLISECONDS = 400;
let slow = 0;
let renewed = false;

const banner = () => document.getElementById("unsaved");

function setState(name) {
  clearTimeout(slow);
  const state = document.getElementById("save-state");
  if (!state || state.dataset.state === name) return;
  state.dataset.state = name;
  state.textContent = state.dataset[name];
}

function showBanner(reason) {
  const box = banner();
  for (const text of box.querySelectorAll("[data-reason]")) text.hidden = text.dataset.reason !== reason;
  box.querySelector("[data-sign-in]").hidden = reason !== "sign-in";
  box.hidden = false;
}

const retry = () => document.dispatchEvent(new CustomEvent("gesture-retry"));

// A new sign-in has a new token, and only a new page tells it. Without a sign-in there is no such page.
async function renewToken() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  const headers = page.body.getAttribute("hx-headers");
  if (headers) document.body.setAttribute("hx-headers", headers);
  return headers !== null;
}

// Somebody who signed in again in another tab is not asked anything.
async function renewOnce() {
  const first = !renewed;
  renewed = true;
  if (first && (await renewToken())) retry();
  else showBanner("sign-in");
}

document.addEventListener("gesture-sent", () => {
  banner().hidden = true;
  clearTimeout(slow);
  slow = setTimeout(() => setState("saving"), SLOW_MILLISECONDS);
});

document.addEventListener("gesture-saved", (event) => {
  renewed = false;
  document.getElementById("notice").replaceChildren();
  if (!event.detail.left) setState("saved");
});

document.addEventListener("gesture-refused", (event) => {
  setState("unsaved");
  if (event.detail.left) showBanner("waiting");
  document.getElementById("refusal")?.scrollIntoView({ block: "nearest", behavior: "instant" });
});

document.addEventListener("gesture-failed", (event) => {
  setState("unsaved");
  if (event.detail.reason === "token") renewOnce();
  else showBanner(event.detail.reason);
});

document.addEventListener("sign-in-needed", () => showBanner("sign-in"));

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-retry]")) return;
  renewed = false;
  retry();
});
