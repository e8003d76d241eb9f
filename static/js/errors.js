// Says whether everything is saved, and what to do when it is not. The words stand in the page (_unsaved.html), where
// data-for names the reasons for which something is shown.

import { dropAll, leaveOut, offered, retry, takeUp, unsaved, wordsOf } from "./outbox.js";

const SLOW_MILLISECONDS = 400;
const badge = document.getElementById("save-state");
const banner = document.getElementById("unsaved");
const details = banner.querySelector("details");
const question = document.getElementById("drop");
let slow = 0;
let reason = "";
let renewed = false;
// The quote that could not be opened.
let missed = null;

const spoken = document.getElementById("unsaved-said");

const filled = (text, name, value) => text.replace(`%(${name})s`, value);

function setState(name, left = 0) {
  clearTimeout(slow);
  const text = filled(badge.dataset[name], "count", left);
  badge.dataset.state = name === "refused" ? "unsaved" : name;
  if (badge.textContent !== text) badge.textContent = text;
}

export const inWords = (entry) => [entry.name, entry.hasWords && `“${wordsOf(entry)}”`].filter(Boolean).join(" · ");

const listed = () => (reason === "older" ? offered() : unsaved());

// Says something for once: in the live region, and beside what is not saved while that is shown.
export function say(name, what = "") {
  const text = filled(banner.dataset[name], "what", what);
  for (const place of [document.getElementById("said"), spoken]) place.textContent = text;
}

function show(why) {
  reason = why;
  for (const part of banner.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(why);
  const rows = listed().map((entry) => Object.assign(document.createElement("li"), { textContent: inWords(entry) }));
  banner.querySelector("ol").replaceChildren(...rows);
  for (const part of [details, banner.querySelector("strong")]) part.hidden = !rows.length;
  banner.hidden = false;
}

function hide() {
  reason = "";
  missed = null;
  spoken.textContent = "";
  banner.hidden = true;
  details.open = false;
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

// Somebody who signed in again in another tab is not asked anything. Only a token that is new can be refused in earnest.
async function renewOnce() {
  const before = renewed;
  renewed = await renewToken();
  if (!renewed) show("sign-in");
  else if (before) show("refused");
  else retry();
}

// What was held goes on, and so does the link that could not be opened.
function goOn() {
  const link = missed !== null && document.querySelector(`a[data-activate="${CSS.escape(encodeURIComponent(missed))}"]`);
  if (!unsaved().length) hide();
  retry();
  if (link) link.click();
}

async function signedInAgain() {
  if (reason === "sign-in" && !document.hidden && (await renewToken())) goOn();
}

document.addEventListener("gesture-queued", () => (spoken.textContent = ""));

document.addEventListener("gesture-sent", ({ detail }) => {
  clearTimeout(slow);
  if (badge.dataset.state !== "unsaved") slow = setTimeout(() => setState("saving", detail.left), SLOW_MILLISECONDS);
});

document.addEventListener("gesture-saved", ({ detail }) => {
  renewed = false;
  if (detail.entry.answers) clearNotice();
  hide();
  setState(detail.left ? "saving" : "saved");
});

document.addEventListener("gesture-refused", ({ detail }) => {
  if (detail.left) {
    setState("unsaved", detail.left);
    show(detail.reason);
  } else {
    hide();
    setState("refused");
  }
  document.querySelector("#refusal, #conflict")?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("gesture-failed", ({ detail }) => {
  setState(detail.left ? "unsaved" : "saved", detail.left);
  if (detail.reason === "token") renewOnce();
  else show(detail.left || detail.reason === "sign-in" ? detail.reason : "unreachable");
  if (!detail.links?.length) return;
  missed = detail.links.at(-1).aims;
  say("unopened");
});

document.addEventListener("gestures-found", () => show("older"));

document.addEventListener("gestures-dropped", ({ detail }) => {
  if (detail.reason !== "conflict") clearNotice();
  if (detail.reason) show(reason || detail.reason);
  else hide();
  setState(detail.left ? "unsaved" : "saved", detail.left);
});

const clearNotice = () => document.getElementById("notice").replaceChildren();

// A field that asks the server while somebody types gets this answer too.
document.addEventListener("sign-in-needed", () => show("sign-in"));
document.addEventListener("card-awaited", () => say("awaited"));
window.addEventListener("online", () => reason === "unreachable" && hide());
window.addEventListener("focus", signedInAgain);
document.addEventListener("visibilitychange", signedInAgain);

function askToDrop() {
  const count = unsaved().length + offered().length;
  question.querySelector("h2").textContent = filled(question.dataset[count === 1 ? "one" : "many"], "count", count);
  question.returnValue = "";
  question.showModal();
}

question.addEventListener("close", () => {
  if (question.returnValue !== "drop") return;
  dropAll();
  location.assign(location.pathname);
});

const ACTIONS = {
  async retry() {
    renewed = false;
    if (reason !== "sign-in" || (await renewToken())) goOn();
  },
  answer: () => document.querySelector("#conflict a").focus(),
  "leave-out": leaveOut,
  "take-up": takeUp,
  copy: () => navigator.clipboard?.writeText(listed().map(inWords).join("\n")),
  drop: askToDrop,
};

banner.addEventListener("click", ({ target }) => ACTIONS[target.closest("[data-do]")?.dataset.do]?.());
