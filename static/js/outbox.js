// The queue of gestures. They go one by one through htmx, and the links to quotes between them, so that no answer
// overtakes another. What gets no clear answer is sent again with the same key, which the server writes once.
//
// Each is kept in this tab until it is answered, through reloads too: offsets, what was typed, and the names of buttons,
// under the person and the assignment. What was done on a page that something newer was saved since is only offered.
// What came too late (409) stays first until the person decides: by the same on top of what stands now, which takes its
// place, or by loading what stands now, which leaves it out.
//
// Events on document: gesture-queued, gesture-sent, gesture-saved, gesture-refused (409, 422), gesture-failed with the
// links that were not opened, gestures-dropped, gestures-found; each with how many are left and why they are held.

import { textOf, toUnits } from "./story-text.js";

const TARGET = "#workbench";
const TIMEOUT_MILLISECONDS = 20000;
const FIRST_WAIT_MILLISECONDS = 1000;
const LONGEST_WAIT_MILLISECONDS = 30000;
// What time alone may mend.
const PASSING = new Set(["network", "server"]);

const owner = document.getElementById("save-state").dataset;
const [user] = owner.outbox.split(":");
const place = `outbox:${owner.outbox}`;
let queue = [];
let older = [];
let sending = null;
// What came too late, while it is first.
let clash = null;
let held = "";
let wait = FIRST_WAIT_MILLISECONDS;
let timer = 0;

export const unsaved = () => queue.filter((entry) => entry.fields);
export const queued = () => queue;
export const offered = () => older;
export const isHeld = () => Boolean(held);

const isClashed = () => Boolean(clash) && queue[0] === clash;
const revision = () => Number(document.getElementById("steps").dataset.revision);

function tell(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(name, { detail: { left: unsaved().length, reason: held, ...detail } }));
}

// Where a browser keeps nothing, the queue lives as long as the page.
function shelved(act) {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
}

function keep() {
  const gestures = unsaved();
  const kept = JSON.stringify({ revision: revision(), gestures, older });
  shelved((shelf) => (gestures.length + older.length ? shelf.setItem(place, kept) : shelf.removeItem(place)));
}

const isSecond = ({ repeats, url, asks }, last) => last && !repeats && last.url === url && last.asks === asks;

// A gesture has `fields`; a link to a quote has only its `url`, and nothing is opened while the queue is held. `answers`:
// it answers the conflict that the queue waits for.
export function enqueue(entry) {
  if (entry.answers && queue.length) return answer(entry);
  if (isSecond(entry, queue.at(-1))) return;
  if (held && !entry.fields) return void tell("gesture-failed", { links: [entry] });
  entry.waited = queue.length > 0;
  queue.push(entry);
  keep();
  tell("gesture-queued", { entry });
  if (held) tell("gesture-failed");
  else retry();
}

function answer(entry) {
  // Pressed twice.
  if (!isClashed()) return;
  if (entry.fields) {
    const { name, of } = queue.shift();
    Object.assign(entry, { name, of });
  }
  queue.unshift(entry);
  keep();
  tell("gesture-queued", { entry });
  retry();
}

// The words themselves are the checksum of their offsets. They stand in the story, so they are not kept.
export function wordsOf({ fields }) {
  const { start, end } = Object.fromEntries(fields);
  return end ? textOf().slice(toUnits(Number(start)), toUnits(Number(end))) : "";
}

function bodyOf(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  if (entry.hasWords) body.append("exact", wordsOf(entry));
  body.append("gesture", entry.key);
  return body;
}

// A gesture that had to wait takes the present revision, since only our own came between. It is fixed from then on:
// a retry must ask for the same.
function fix(entry) {
  const holder = entry.waited && document.querySelector(`[data-revision-of="${CSS.escape(entry.of)}"]`);
  const field = revisionOf(entry);
  if (field && holder) field[1] = holder.dataset.revision;
  else if (holder) entry.fields?.push(["revision", holder.dataset.revision]);
  entry.waited = false;
  entry.sent = true;
  keep();
}

const revisionOf = ({ fields }) => fields?.find(([name]) => name === "revision");

function sendNext() {
  const entry = queue[0];
  if (!entry || sending || held) return;
  if (!navigator.onLine) return void hold("network");
  fix(entry);
  sending = { entry, revision: revision() };
  document.querySelector(TARGET).setAttribute("aria-busy", "true");
  tell("gesture-sent");
  // A form may be gone by the time the answer comes, so the body is the source.
  const extra = entry.fields ? { values: bodyOf(entry) } : { replace: entry.url };
  // What this page shows, so that the answer need not bring all of it.
  const headers = { "X-Page-Revision": sending.revision, "X-Page-Quote": document.getElementById("steps").dataset.open };
  const request = { source: document.body, target: TARGET, swap: "outerHTML", headers, ...extra };
  // How it ended is told by the event below, also where the promise says nothing.
  htmx.ajax(entry.fields ? "post" : "get", entry.url, request).catch(() => {});
}

function hold(reason) {
  // A quote that could not be opened is no work that could be lost.
  const links = queue.filter((entry) => !entry.fields);
  queue = unsaved();
  held = isClashed() ? "conflict" : queue.length ? reason : "";
  keep();
  tell("gesture-failed", { reason: held || reason, links });
  if (!PASSING.has(held)) return;
  timer = setTimeout(retry, wait);
  wait = Math.min(2 * wait, LONGEST_WAIT_MILLISECONDS);
}

export function retry() {
  clearTimeout(timer);
  held = isClashed() ? "conflict" : "";
  sendNext();
}

function drop(start, count) {
  const dropped = queue.splice(start, count);
  if (!queue.length) clearTimeout(timer);
  if (!queue.length || start === 0) held = "";
  keep();
  tell("gestures-dropped", { dropped });
}

// Gives up the first gesture.
export function leaveOut() {
  if (sending) return;
  drop(0, 1);
  retry();
}

export function dropAll() {
  older = [];
  drop(0, queue.length);
}

// Takes the last gesture out again, if it never left this page or nothing of it was written. An undo is not undone.
export function withdraw() {
  const last = queue.at(-1);
  if (!last?.fields || last.sent || last.url.endsWith("/undo/")) return null;
  drop(queue.length - 1, 1);
  return last;
}

export function takeUp() {
  for (const entry of older) entry.waited = true;
  queue.push(...older.splice(0));
  keep();
  retry();
}

// Only our own answers tell at which revision the page is; what stands between may put up any page in its place.
const isOurs = (xhr) => xhr.getResponseHeader("X-Page-Revision") !== null;

function reasonOf(xhr) {
  const { status } = xhr;
  if (status === 0) return "network";
  if (status === 401) return "sign-in";
  if (status === 403) return "token";
  return status >= 500 || status === 429 || (status < 300 && !isOurs(xhr)) ? "server" : "refused";
}

function settle(xhr) {
  const { entry, revision: seen } = sending;
  const answered = isOurs(xhr) && (xhr.status < 300 || xhr.status === 409 || xhr.status === 422);
  sending = null;
  document.querySelector(TARGET).removeAttribute("aria-busy");
  if (!answered) return void hold(reasonOf(xhr));
  wait = FIRST_WAIT_MILLISECONDS;
  if (xhr.status === 409) return void stop(entry);
  queue.shift();
  if (entry.answers && isClashed()) queue.shift();
  // Somebody else wrote too, so what waits keeps the revision that the person saw, and is compared with theirs. Who
  // answers a conflict has seen it.
  if (revision() > seen + 1 && !entry.answers) for (const other of queue) other.waited &&= !revisionOf(other);
  if (xhr.status >= 300 && queue.length) held = "waiting";
  keep();
  tell(xhr.status < 300 ? "gesture-saved" : "gesture-refused", { entry });
  // htmx still holds the body for the request that ends here.
  queueMicrotask(sendNext);
}

function stop(entry) {
  clash = entry;
  // Nothing was written.
  entry.sent = false;
  held = "conflict";
  keep();
  tell("gesture-refused");
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.elt === document.body && sending && !isOurs(detail.xhr)) detail.shouldSwap = false;
});

// The answer is on the page only after the swap; what is not swapped is over when the request is.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.elt === document.body && sending) settle(detail.xhr);
});

window.addEventListener("online", () => held === "network" && retry());
window.addEventListener("offline", () => queue.length && !sending && !held && hold("network"));
document.addEventListener("visibilitychange", () => !document.hidden && PASSING.has(held) && retry());

window.addEventListener("beforeunload", (event) => {
  if (unsaved().length) event.preventDefault();
});

function forgetOthers(shelf) {
  for (const name of Object.keys(shelf)) {
    if (name.startsWith("outbox:") && !name.startsWith(`outbox:${user}:`)) shelf.removeItem(name);
  }
}

// Takes up what an earlier page of this tab had not saved.
export function start() {
  shelved(forgetOthers);
  const kept = shelved((shelf) => JSON.parse(shelf.getItem(place)));
  if (!kept) return;
  // Of the last one sent it may not have seen the answer.
  const done = kept.gestures.findIndex((entry) => entry.key === owner.last) + 1;
  const rest = kept.gestures.slice(done);
  const isCurrent = revision() <= kept.revision + done && !("closed" in owner);
  older = isCurrent ? kept.older : [...kept.older, ...rest];
  queue = isCurrent ? rest : [];
  keep();
  if (older.length) tell("gestures-found");
  for (const entry of queue) tell("gesture-queued", { entry });
  sendNext();
}

htmx.config.timeout = TIMEOUT_MILLISECONDS;
// htmx would copy style attributes from old elements to new ones, which our Content-Security-Policy forbids.
htmx.config.attributesToSettle = [];
