// Sends the forms with data-gesture one by one through htmx, and the links with data-activate between them, so that
// no answer overtakes another. Each gesture gets its idempotency key here, once: a retry has the same key.
//
// data-gesture names what the form's revision is of: "assignment", or a quote. The element with the same
// data-revision-of knows the present one; a gesture that had to wait takes it, since only our own came between.
// data-repeats: pressing twice means twice (undo). Everywhere else the second press of the same is none.
//
// Events on document: gesture-saved, gesture-refused (409, 422), gesture-failed with a reason; takes gesture-retry.

const TARGET = "#workbench";
const TIMEOUT_MILLISECONDS = 20000;
const queue = [];
let sending = false;
let held = false;

const tell = (name, detail = {}) => document.dispatchEvent(new CustomEvent(name, { detail }));

// randomUUID is there in secure contexts only, and a desk on a local network may not be one.
function freshKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function gestureOf(form, submitter) {
  const data = new FormData(form, submitter);
  // Signing in again changes the token, so it goes with each request anew, in a header.
  data.delete("csrfmiddlewaretoken");
  data.delete("gesture");
  const url = submitter?.getAttribute("formaction") || form.getAttribute("action");
  const asks = new URLSearchParams([...data].filter(([name]) => name !== "revision")).toString();
  data.set("gesture", freshKey());
  return { method: "post", url, data, asks, of: form.dataset.gesture, repeats: "repeats" in form.dataset };
}

function enqueue(gesture) {
  const before = queue.at(-1);
  const twice = before && before.url === gesture.url && before.asks === gesture.asks;
  if (twice && !gesture.repeats) return;
  gesture.waited = queue.length > 0;
  queue.push(gesture);
  if (!held) sendNext();
}

function presentRevision(gesture) {
  const holder = document.querySelector(`[data-revision-of="${CSS.escape(gesture.of)}"]`);
  return holder?.dataset.revision;
}

function sendNext() {
  const gesture = queue[0];
  if (!gesture || sending) return;
  if (gesture.waited && gesture.data?.has("revision")) {
    gesture.data.set("revision", presentRevision(gesture) ?? gesture.data.get("revision"));
  }
  // Its content is now fixed: a retry must ask for the same.
  gesture.waited = false;
  sending = true;
  held = false;
  document.querySelector(TARGET).setAttribute("aria-busy", "true");
  tell("gesture-sent");
  // A form may be gone by the time the answer comes, so the body is the source.
  const extra = gesture.method === "get" ? { replace: gesture.url } : { values: gesture.data };
  // What this page shows, so that the answer need not bring all of it.
  const { revision, open } = document.getElementById("steps").dataset;
  const headers = { "X-Page-Revision": revision, "X-Page-Quote": open };
  const request = { source: document.body, target: TARGET, swap: "outerHTML", headers, ...extra };
  // How it ended is told by the event below, also where the promise says nothing.
  htmx.ajax(gesture.method, gesture.url, request).catch(() => {});
}

function reasonOf(status) {
  if (status === 401) return "sign-in";
  if (status === 403) return "token";
  if (status === 0) return "network";
  return status >= 500 ? "server" : "refused";
}

function settle(status) {
  sending = false;
  document.querySelector(TARGET).removeAttribute("aria-busy");
  if (status >= 200 && status < 300) {
    queue.shift();
    tell("gesture-saved", { left: queue.length });
    // htmx still holds the body for the request that ends here.
    queueMicrotask(sendNext);
  } else if (status === 409 || status === 422) {
    queue.shift();
    held = queue.length > 0;
    tell("gesture-refused", { left: queue.length });
  } else {
    held = true;
    tell("gesture-failed", { reason: reasonOf(status), left: queue.length });
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-gesture]")) return;
  event.preventDefault();
  event.target.dataset.sent = "";
  enqueue(gestureOf(event.target, event.submitter));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-activate]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  enqueue({ method: "get", url: link.getAttribute("href"), asks: "" });
});

document.addEventListener("gesture-retry", () => {
  held = false;
  sendNext();
});

// The answer is on the page only after the swap; what is not swapped is over when the request is.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt === document.body && sending) settle(event.detail.xhr.status);
});

window.addEventListener("beforeunload", (event) => {
  if (queue.some((gesture) => gesture.method === "post")) event.preventDefault();
});

htmx.config.timeout = TIMEOUT_MILLISECONDS;
// htmx would copy style attributes from old elements to new ones, which our Content-Security-Policy forbids.
htmx.config.attributesToSettle = [];
