/* tsq dashboard: everything here is an addition. Without it each link, form and page works. */
const $ = (s, e = document) => e.querySelector(s),
  $$ = (s, e = document) => [...e.querySelectorAll(s)];
const make = (tag, props = {}, ...kids) => {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...kids);
  return e;
};
const said = JSON.parse(document.body.dataset.words ?? "{}");
// Numbers in the digits of the page's language, as the server writes them.
const digits = new Intl.NumberFormat(document.documentElement.lang);
const shown = (value = "") => (typeof value === "number" ? digits.format(value) : value);
const say = (key, values = {}) => (said[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
const typing = (e) =>
  e?.matches?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
// --- Relative times: the server's clock, so that a wrong laptop clock changes nothing -------------------------------------
const skew = (Date.parse(document.body.dataset.now ?? "") || Date.now()) - Date.now();
function relative() {
  for (const t of $$("time[data-rel]")) {
    const d = Date.now() + skew - Date.parse(t.dateTime),
      a = Math.abs(d);
    const unit = a < 6e4 ? "s" : a < 36e5 ? "min" : a < 864e5 ? "h" : "d";
    const time = say(unit, { n: Math.floor(a / { s: 1e3, min: 6e4, h: 36e5, d: 864e5 }[unit]) });
    const past = "due" in t.dataset ? "now" : "ago"; // what was to come has come, for all that the page knows
    const text = say(a < 5e3 ? "now" : d > 0 ? past : "in", { time });
    if (t.textContent !== text) t.textContent = text;
  }
}
setInterval(relative, 1000);
// --- Morph: make `old` look like `next` and keep what the person is doing --------------------------------------------------
const KEEP = { DETAILS: ["open"], DIALOG: ["open"], INPUT: ["value", "checked"], BUTTON: ["disabled"] };
function morph(old, next) {
  if (old.isEqualNode(next) || (old === document.activeElement && typing(old))) return;
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName) {
    old.replaceWith(next.cloneNode(true));
    return;
  }
  if (old.nodeType !== 1) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  const isTime = old.matches("[data-rel]") && old.dateTime === next.dateTime;
  if (isTime && old.dataset.due === next.dataset.due) return;
  const keep = KEEP[old.nodeName] ?? [];
  for (const { name } of Array.from(old.attributes))
    if (!next.hasAttribute(name) && !keep.includes(name) && name !== "tabindex") old.removeAttribute(name);
  for (const { name, value } of next.attributes)
    if (!keep.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  const byId = new Map([...old.children].filter((c) => c.id).map((c) => [c.id, c]));
  let at = old.firstChild;
  for (const want of Array.from(next.childNodes)) {
    let have = want.id ? byId.get(want.id) : at;
    if (have && !want.id && have.id && byId.has(have.id)) have = null; // an element with a name is never turned into a nameless one
    if (!have) {
      old.insertBefore(want.cloneNode(true), at);
      continue;
    }
    if (have !== at) old.insertBefore(have, at);
    else at = at.nextSibling;
    morph(have, want);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    if (!(gone.nodeType === 1 && gone.dataset.own !== undefined)) gone.remove();
  }
}
// --- Live: fetch this very page, morph its `data-live` regions. Numbers move; lists hold still while someone uses them -----
const every = Number(document.body.dataset.poll) * 1000,
  toggle = $("[data-livetoggle]");
let on = localStorage.getItem("tsq.live") !== "off",
  wait = every,
  etag = "",
  timer,
  waiting;
const inUse = (e) =>
  !!$(":checked:not([type=radio]), details[open]", e) ||
  e.contains(document.activeElement) ||
  !!$("dialog[open]");
const order = (e) =>
  $$("[data-row]", e)
    .map((r) => r.id)
    .join();
const selecting = (e) => {
  const s = getSelection();
  return s && !s.isCollapsed && s.rangeCount && s.getRangeAt(0).intersectsNode(e);
};
const parts = (root) =>
  $$("main [data-live]", root)
    .map((e) => e.id)
    .join();
function apply(page, force) {
  let held = 0;
  // Where a list was empty there is no place yet for what has come, and the other way round.
  if (parts() !== parts(page) && !inUse($("main"))) return location.reload();
  for (const old of $$("[data-live]")) {
    const next = page.getElementById(old.id);
    if (!next || old.isEqualNode(next)) continue;
    if (!force && (selecting(old) || (old.dataset.list !== undefined && inUse(old)))) {
      if (order(old) !== order(next)) held++;
      continue;
    }
    morph(old, next);
  }
  document.title = page.title;
  enhance();
  relative();
  waiting?.remove();
  if (held) {
    waiting = make("button", { type: "button", className: "btn main fresh", textContent: say("changed") });
    waiting.addEventListener("click", () => apply(page, true));
    $("main").append(waiting);
  }
}
async function look() {
  clearTimeout(timer);
  if (!every || !on || document.hidden) return;
  let later = 0;
  try {
    const res = await fetch(location.href, {
      headers: { accept: "text/html", "x-tsq-live": "1", ...(etag && { "if-none-match": etag }) },
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    });
    if (res.type === "opaqueredirect" || res.status === 401) throw new Error(await whyElsewhere());
    etag = res.headers.get("etag") ?? etag;
    if (res.status === 429) {
      // As long as the server says, and not sooner.
      later = Number(res.headers.get("retry-after")) * 1_000 || 0;
      throw new Error(say("too_many"));
    }
    if (res.status === 200) apply(new DOMParser().parseFromString(await res.text(), "text/html"));
    else if (res.status !== 304)
      throw new Error(res.status === 503 ? say("redis_away") : say("failed", { n: res.status }));
    wait = every;
    tell(say("live"), false);
  } catch (e) {
    wait = Math.max(later, Math.min(wait * 2, 60_000));
    tell(e.name === "TypeError" || e.name === "TimeoutError" ? say("offline") : e.message, true);
  }
  timer = setTimeout(() => void look(), wait);
}
// A page that leads to another of the dashboard shows what has moved on; one that leads elsewhere, to a login.
async function whyElsewhere() {
  try {
    const res = await fetch(location.href);
    const { body } = new DOMParser().parseFromString(await res.text(), "text/html");
    if (res.ok && body.dataset.words) return say("moved");
  } catch {} // a login on another host, where nobody may look
  return say("signed_out");
}
function tell(text, bad) {
  if (!toggle) return;
  const word = on ? text : say("paused");
  toggle.hidden = !every;
  toggle.classList.toggle("off", bad);
  toggle.setAttribute("aria-pressed", on);
  toggle.setAttribute("aria-label", word);
  toggle.title = `${word}. ${say(on ? "pause_hint" : "live_hint")}`;
  $(".txt", toggle).textContent = word;
}
function live() {
  on = !on;
  localStorage.setItem("tsq.live", on ? "on" : "off");
  tell(say("live"), false);
  void look(); // it tells its own failures
}
if (every && location.protocol !== "file:") {
  tell(say("live"), false);
  toggle?.addEventListener("click", live);
  document.addEventListener("visibilitychange", () => void look());
  timer = setTimeout(() => void look(), on ? every : 0);
}
// --- Theme: system, light, dark; the server keeps it in a cookie, so no page flashes ------------------------------------------
function theme() {
  const form = $("[data-themer]");
  if (!form) return;
  const root = document.documentElement,
    now = { "": "light", light: "dark", dark: "" }[root.dataset.theme ?? ""];
  if (now) root.dataset.theme = now;
  else delete root.dataset.theme;
  const button = $("button", form),
    label = say("theme", { name: say(now || "system") });
  button.setAttribute("aria-label", label);
  button.title = label;
  const body = new URLSearchParams(new FormData(form));
  body.set("theme", now || "system");
  button.value = { "": "light", light: "dark", dark: "system" }[now];
  // The page has it by now, the next one asks the cookie, also of who leaves at once.
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
}
$("[data-themer]")?.addEventListener("submit", (e) => {
  e.preventDefault();
  theme();
});
// --- Time zone: no request says it, so the script tells the browser's own where that was chosen ------------------------------
function zone() {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const forms = $$("[data-zoner]");
  for (const form of forms) form.elements.browser.value = name;
  const [form] = forms;
  // Whoever travels; a zone that the server does not know is told once.
  if (form?.dataset.auto === undefined || form.dataset.auto === name) return;
  if (sessionStorage.getItem("tsq.zone") === name) return;
  sessionStorage.setItem("tsq.zone", name);
  const body = new URLSearchParams(new FormData(form));
  body.set("zone", "auto");
  fetch(form.action, { method: "POST", body, redirect: "manual" })
    .then(() => location.reload())
    .catch(() => {}); // the times stay as they are until the next page
}
zone();
// --- Ticking rows: ranges with Shift, all, a count ------------------------------------------------------------------------------
let lastBox;
function tally() {
  for (const form of $$("form:has([data-selected])")) {
    const boxes = $$("tbody [type=checkbox]", form),
      k = boxes.filter((b) => b.checked).length,
      all = $("[data-all]", form);
    $("[data-selected]", form).textContent = k ? say("ticked", { n: k }) : say("none_ticked");
    $$("[data-needs]", form).forEach((b) => (b.disabled = !k));
    if (all) {
      all.checked = k > 0 && k === boxes.length;
      all.indeterminate = k > 0 && k < boxes.length;
    }
  }
}
addEventListener("click", (e) => {
  const box = e.target.closest?.("[type=checkbox]");
  if (!box) return;
  const boxes = $$("tbody [type=checkbox]", box.form ?? document);
  if (box.dataset.all !== undefined) boxes.forEach((b) => (b.checked = box.checked));
  else {
    const [a, z] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((x, y) => x - y);
    if (e.shiftKey && a >= 0) boxes.slice(a, z + 1).forEach((b) => (b.checked = box.checked));
    lastBox = box;
  }
  tally();
});

// --- Dialogs: the confirm page itself, in a dialog ----------------------------------------------------------------------------
function open(...kids) {
  const d = make("dialog", {}, ...kids);
  d.addEventListener("close", () => d.remove());
  d.addEventListener("click", (e) => {
    if (e.target === d || e.target.closest("[data-close]")) {
      e.preventDefault();
      d.close();
    }
  });
  document.body.append(d);
  const h = $("h1,h2", d);
  if (h) {
    h.id = "dt";
    d.setAttribute("aria-labelledby", "dt");
  }
  d.showModal();
  return d;
}
addEventListener("click", (e) => {
  const a = e.target.closest?.("a[data-dialog]");
  if (!a || e.metaKey || e.ctrlKey || e.shiftKey) return;
  e.preventDefault();
  // Whatever goes wrong, the page itself still asks.
  void asked(a.href).catch(() => location.assign(a.href));
});
async function asked(href) {
  const res = await fetch(href);
  const form = new DOMParser().parseFromString(await res.text(), "text/html").getElementById("confirm");
  if (!res.ok || !form) throw new Error("No such page");
  if ($("dialog[open]")) return; // who presses twice is asked once
  const { title, lead } = form.dataset;
  const text = make("p", { className: "dim", textContent: lead });
  open(make("h2", { textContent: title }), text, ...form.childNodes);
}
// --- Copying, and what must be redone after a morph ---------------------------------------------------------------------------
function enhance() {
  for (const e of $$("[data-copy]")) {
    if (e.nextElementSibling?.dataset.own !== undefined) continue;
    const b = make("button", { type: "button", className: "btn s q", textContent: say("copy") });
    b.dataset.own = "";
    b.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(e.textContent);
        b.textContent = say("copied");
      } catch {
        getSelection().selectAllChildren(e);
        b.textContent = say("selected");
      }
      setTimeout(() => (b.textContent = say("copy")), 1600);
    });
    e.after(b);
  }
  tally();
}
enhance();
relative();
$(".nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

globalThis.tsq = { $, $$, make, say, typing, open }; // for the scripts beside this one, which come after it
