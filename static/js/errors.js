// Says whether everything is saved, and what to do when it is not. The words stand in the page (_unsaved.html), where
// data-for names the reasons for which something is shown.

import { leaveOut, offered, retry, takeUp, unsaved, wordsOf } from "./outbox.js";

const SLOW_MILLISECONDS = 400;
// The reasons for which a person has to look at what it is about.
const TO_DECIDE = new Set(["refused", "waiting", "older"]);
const badge = document.getElementById("save-state");
const banner = document.getElementById("unsaved");
let slow = 0;
let reason = "";
let renewed = false;

function setState(name, left = 0) {
  clearTimeout(slow);
  const text = badge.dataset[name].replace("%(count)s", left);
  badge.dataset.state = name === "refused" ? "unsaved" : name;
  if (badge.textContent !== text) badge.textContent = text;
}

const inWords = (entry) => [entry.name, entry.hasWords && `“${wordsOf(entry)}”`].filter(Boolean).join(" · ");

const listed = () => (reason === "older" ? offered() : unsaved());

function show(why) {
  if (why !== reason) banner.querySelector("details").open = TO_DECIDE.has(why);
  reason = why;
  for (const part of banner.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(why);
  const rows = listed().map((entry) => Object.assign(document.createElement("li"), { textContent: inWords(entry) }));
  banner.querySelector("ol").replaceChildren(...rows);
  banner.querySelector("details").hidden = !rows.length;
  banner.hidden = false;
}

function hide() {
  reason = "";
  banner.hidden = true;
  if (offered().length) show("older");
}

// A new sign-in has a new token, and only a new page tells it. Without a sign-in there is no such page.
async function renewToken() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  const same = page.getElementById("save-state")?.dataset.outbox === badge.dataset.outbox;
  if (same) document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
  return same;
}

// Somebody who signed in again in another tab is not asked anything.
async function renewOnce() {
  const first = !renewed;
  renewed = true;
  if (first && (await renewToken())) retry();
  else show(first ? "sign-in" : "refused");
}

async function signedInAgain() {
  if (reason === "sign-in" && !document.hidden && (await renewToken())) retry();
}

document.addEventListener("gesture-sent", ({ detail }) => {
  clearTimeout(slow);
  if (badge.dataset.state !== "unsaved") slow = setTimeout(() => setState("saving", detail.left), SLOW_MILLISECONDS);
});

document.addEventListener("gesture-saved", ({ detail }) => {
  renewed = false;
  document.getElementById("notice").replaceChildren();
  hide();
  setState(detail.left ? "saving" : "saved");
});

document.addEventListener("gesture-refused", ({ detail }) => {
  if (detail.left) {
    setState("unsaved", detail.left);
    show("waiting");
  } else {
    hide();
    setState("refused");
  }
  document.querySelector("#refusal, #conflict")?.scrollIntoView({ block: "nearest", behavior: "instant" });
});

document.addEventListener("gesture-failed", ({ detail }) => {
  setState(detail.left ? "unsaved" : "saved", detail.left);
  if (detail.reason === "token") renewOnce();
  else show(detail.left || detail.reason === "sign-in" ? detail.reason : "unreachable");
});

document.addEventListener("gestures-found", () => show("older"));

document.addEventListener("gestures-dropped", ({ detail }) => {
  hide();
  if (!detail.left) setState("saved");
});

// A field that asks the server while somebody types gets this answer too.
document.addEventListener("sign-in-needed", () => show("sign-in"));
window.addEventListener("focus", signedInAgain);
document.addEventListener("visibilitychange", signedInAgain);

const ACTIONS = {
  async retry() {
    renewed = false;
    if (reason !== "sign-in" || (await renewToken())) retry();
  },
  "leave-out": () => leaveOut(),
  "take-up": takeUp,
  copy: () => navigator.clipboard?.writeText(listed().map(inWords).join("\n")),
  drop() {
    leaveOut(true);
    location.assign(location.pathname);
  },
};

banner.addEventListener("click", ({ target }) => ACTIONS[target.closest("[data-do]")?.dataset.do]?.());
