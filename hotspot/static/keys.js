// Single keys on pages with rows, and g + letter to other pages. Never while somebody types; can be switched off.
const OFF = "hotspot-keys-off", PAUSE_MS = 1500;
const list = document.getElementById("keys");
const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
let going = 0; // until when a letter after g leads somewhere

const off = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
// A table that was asked for anew has lost the mark, and kept the focus.
const here = () => document.querySelector("[data-rows] tbody tr.is-current") ?? document.activeElement?.closest("[data-rows] tbody tr");

// The row's link takes the focus, so that a reader hears where it is and Enter opens it.
function go(step) {
  const all = rows(), place = all.indexOf(here());
  const next = all[place < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(place + step, 0), all.length - 1)];
  if (!next) return;
  here()?.classList.remove("is-current");
  next.classList.add("is-current");
  next.querySelector("th a, td a")?.focus();
  next.scrollIntoView({ block: "nearest" });
}

const open = (url) => { if (url) location.assign(url); };
const search = () => {
  const field = document.querySelector('main input[type="search"]');
  if (field) field.focus(); else document.querySelector("a[data-palette]")?.click();
};
const keys = {
  "/": search,
  "?": () => list.showModal(),
  j: () => go(1),
  k: () => go(-1),
  x: () => here()?.querySelector('input[type="checkbox"]')?.click(),
  o: () => open(here()?.dataset.open ?? here()?.querySelector("th a, td a")?.href),
  e: () => open(here()?.dataset.edit ?? document.querySelector("a[data-edit]")?.href),
  g: () => { going = Date.now() + PAUSE_MS; },
};

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off()) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  if (going > Date.now()) {
    going = 0;
    const link = list.querySelector(`[data-jump="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); open(link.href); }
    return;
  }
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
}

if (list) {
  document.addEventListener("keydown", press);
  const on = list.querySelector("[data-keys-on]");
  on.checked = !off();
  on.addEventListener("change", () => { try { localStorage.setItem(OFF, on.checked ? "no" : "yes"); } catch { on.checked = true; } });
  list.querySelector("[data-keys-close]").addEventListener("click", () => list.close());
  list.addEventListener("click", (event) => { if (event.target === list) list.close(); });
}
