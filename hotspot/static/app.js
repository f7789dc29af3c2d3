// What every page can do beyond HTML: theme, menus that close, chart read-out. Pages work without it.
const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = root.dataset.theme === "dark" || (root.dataset.theme === "auto" && systemDark);
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
  });
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

// Help opens over the page; without JavaScript it is a page of its own.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-help]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href);
  const text = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("help");
  if (!text) { location.href = link.href; return; }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", text.querySelector("h1").textContent);
  const close = document.createElement("button");
  close.className = "icon-button close";
  close.textContent = "×";
  close.ariaLabel = link.dataset.close;
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (click) => { if (click.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  text.className = "help";
  dialog.append(close, text);
  document.body.append(dialog);
  dialog.showModal();
});

// What a filter leaves open stays out of the address; htmx reads its forms by the same event.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// Filters apply as they change; without JavaScript their button does it.
document.addEventListener("change", (event) => event.target.closest("form[data-autosubmit]")?.requestSubmit());

// A box in the head of a table checks all those below it; without JavaScript each is checked by hand.
const showBoxes = () => { for (const all of document.querySelectorAll("[data-check-all][hidden]")) all.hidden = false; };
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  for (const one of all?.closest("table").querySelectorAll('tbody input[type="checkbox"]') ?? []) one.checked = all.checked;
});
document.addEventListener("htmx:after:swap", showBoxes);
showBoxes();

// Charts: a line under the pointer with the time and the value.
const language = root.lang;
const timeText = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone || undefined });
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

function scaled(value, units) {
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit += 1; }
  return `${plain.format(value)} ${units[unit]}`;
}
const writers = {
  percent: (value) => `${plain.format(Math.floor(value * 1000) / 10)} %`,
  bit_rate: (value) => scaled(value, ["bps", "kbps", "Mbps", "Gbps", "Tbps"]),
  octets: (value) => scaled(value, ["B", "kB", "MB", "GB", "TB", "PB"]),
  milliseconds: (value) => `${plain.format(value / 1000)} ms`,
};

const asText = (unit, value) => (writers[unit] ?? ((number) => plain.format(number)))(value);
window.written = { asText, timeText }; // for long-charts.js

function readOut(event) {
  const chart = event.target.closest?.("[data-chart]");
  document.querySelectorAll(".chart-tip:not(.long-chart *)").forEach((tip) => tip.remove());
  if (!chart || chart.matches(".is-live")) return;
  const plot = chart.querySelector(".chart-plot");
  const box = plot.getBoundingClientRect();
  const share = (event.clientX - box.left) / box.width;
  if (share < 0 || share > 1) return;
  const times = chart.dataset.times.split(",");
  const values = chart.dataset.values.split(",");
  const i = Math.round(share * (times.length - 1));
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.textContent = `${timeText.format(times[i] * 1000)} · ${values[i] === "" ? chart.dataset.missing : asText(chart.dataset.unit, Number(values[i]))}`;
  tip.style.left = `${Math.min(i / (times.length - 1) * box.width, box.width - 180)}px`;
  plot.append(tip);
}
document.addEventListener("pointermove", readOut, { passive: true });
