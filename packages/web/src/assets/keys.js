/* tsq dashboard: keys. Single letters, never while somebody types, and one can turn them off. */
const { $, $$, make, say, typing, open } = globalThis.tsq;

// --- Keys: single letters, never while typing, and one can turn them off ----------------------------------------------------
const goes = Object.fromEntries($$(".nav a[data-go]").map((a) => [a.dataset.go, a]));
let keys = localStorage.getItem("tsq.keys") !== "off",
  go = 0;
function help() {
  const pair = (k, w) =>
    make("div", { className: "pair" }, make("span", { textContent: w }), make("kbd", { textContent: k }));
  const box = make("input", { type: "checkbox", checked: keys });
  box.addEventListener("change", () => {
    keys = box.checked;
    localStorage.setItem("tsq.keys", keys ? "on" : "off");
  });
  const close = make("button", { className: "btn", type: "button", textContent: say("close") });
  close.dataset.close = "";
  const own = [
    ["/", "key_search"],
    ["j  k", "key_rows"],
    ["x", "key_tick"],
    ["Enter", "key_open"],
    [".", "key_live"],
    ["\\", "key_theme"],
    ["?", "key_help"],
  ];
  const pages = Object.entries(goes).map(([key, a]) => pair(`g ${key}`, a.childNodes[1].textContent.trim()));
  const toggled = make("label", { className: "pair" }, make("span", { textContent: say("keys_on") }), box);
  open(
    make("h2", { textContent: say("keys") }),
    ...own.map(([key, word]) => pair(key, say(word))),
    ...pages,
    toggled,
    make("div", { className: "acts" }, close),
  );
}
addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(e.target) || $("dialog[open]")) return;
  if (e.key === "?") {
    help();
    return;
  }
  if (!keys) return;
  if (go && Date.now() - go < 1500 && goes[e.key]) {
    go = 0;
    e.preventDefault();
    goes[e.key].click();
    return;
  }
  go = e.key === "g" ? Date.now() : 0;
  const rows = $$("[data-row]"),
    i = rows.indexOf(document.activeElement.closest?.("[data-row]"));
  const acts = {
    "/": () => $("input[type=search]")?.focus(),
    ".": () => $("[data-livetoggle]")?.click(),
    "\\": () => $("[data-themer] button")?.click(),
    j: () => focus(rows[Math.min(i + 1, rows.length - 1)]),
    k: () => focus(rows[Math.max(i - 1, 0)]),
    x: () => $("[type=checkbox]", rows[i])?.click(),
    Enter: () => document.activeElement === rows[i] && $("a", rows[i])?.click(),
  };
  if (acts[e.key] && (i >= 0 || !["x", "Enter"].includes(e.key))) {
    if (e.key !== "Enter" || document.activeElement === rows[i]) e.preventDefault();
    acts[e.key]();
  }
});
function focus(row) {
  if (!row) return;
  row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}
