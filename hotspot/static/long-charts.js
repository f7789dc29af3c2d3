// Charts of many days: uPlot draws over the picture of the server, with zoom (drag, then Escape or the button) and a
// read-out. A missing value stays a gap. Without JavaScript the picture and its table are all there is to know.
const { asText, timeText } = window.written; // of app.js, which its page loads first

const words = document.documentElement.lang;
const zone = document.documentElement.dataset.zone || undefined;
const dayText = new Intl.DateTimeFormat(words, { day: "numeric", month: "short", timeZone: zone });
const yearText = new Intl.DateTimeFormat(words, { month: "short", year: "2-digit", timeZone: zone });
const clockText = new Intl.DateTimeFormat(words, { hour: "2-digit", minute: "2-digit", timeZone: zone });
const HEIGHT = 180;

function colours(figure) {
  const line = getComputedStyle(figure.querySelector(".series-line")).stroke;
  const style = getComputedStyle(document.body);
  const probe = document.createElement("i");
  figure.append(probe);
  const read = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
  const found = { line, muted: read("--muted"), grid: read("--line"), font: `12px ${style.fontFamily}` };
  probe.remove();
  return found;
}

function axisText(ticks, span) {
  if (span > 200 * 86400) return ticks.map((t) => yearText.format(t * 1000));
  return ticks.map((t) => {
    const clock = clockText.format(t * 1000);
    return /^00\D00$/.test(clock) ? dayText.format(t * 1000) : clock;
  });
}

function draw(figure) {
  const times = figure.dataset.times.split(",").map(Number);
  const values = figure.dataset.values.split(",").map((value) => (value === "" ? null : Number(value)));
  const ink = colours(figure);
  const write = (value) => asText(figure.dataset.unit, value);
  const place = document.createElement("div");
  place.className = "long-chart";
  place.role = "img";
  place.ariaLabel = figure.querySelector("svg[role=img]").getAttribute("aria-label");
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  const whole = document.createElement("button");
  whole.className = "button is-small";
  whole.type = "button";
  whole.textContent = figure.dataset.whole;
  whole.hidden = true;
  figure.append(place);
  figure.classList.add("is-live");
  const area = ink.line.replace("rgb(", "rgba(").replace(")", ", .13)");
  const axis = { stroke: ink.muted, font: ink.font, grid: { stroke: ink.grid, width: 1 }, ticks: { show: false } };
  const plot = new uPlot({
    width: figure.clientWidth, height: HEIGHT, legend: { show: false },
    tzDate: (t) => uPlot.tzDate(new Date(t * 1000), zone ?? "UTC"),
    cursor: { y: false, drag: { x: true, y: false } },
    scales: { y: { range: (_, low, high) => [Math.min(low ?? 0, 0), Math.max(high ?? 0, 1) * 1.05] } },
    axes: [
      { ...axis, size: 26, gap: 6, grid: { show: false }, values: (u, ticks) => axisText(ticks, u.scales.x.max - u.scales.x.min) },
      { ...axis, size: 82, values: (_, ticks) => ticks.map(write) },
    ],
    series: [{}, { stroke: ink.line, fill: area, width: 1.6, spanGaps: false, points: { show: false } }],
    hooks: {
      setCursor: [(u) => {
        const i = u.cursor.idx;
        tip.hidden = i == null || !whole.hidden && u.cursor.left < 0;
        if (i == null) return;
        tip.textContent = `${timeText.format(times[i] * 1000)} · ${values[i] === null ? figure.dataset.missing : write(values[i])}`;
      }],
      setScale: [(u, key) => {
        if (key === "x") whole.hidden = u.scales.x.min <= times[0] && u.scales.x.max >= times.at(-1);
      }],
    },
  }, [times, values], place);
  place.append(tip, whole);
  const reset = () => plot.setScale("x", { min: times[0], max: times.at(-1) });
  whole.addEventListener("click", reset);
  place.addEventListener("keydown", (event) => { if (event.key === "Escape") reset(); });
  new ResizeObserver(() => plot.setSize({ width: figure.clientWidth, height: HEIGHT })).observe(figure);
}

function drawAll() {
  if (!window.uPlot) return;
  for (const figure of document.querySelectorAll("figure[data-long]:not(.is-live)")) draw(figure);
}

// Colours are painted, so another theme paints anew.
function repaint() {
  for (const figure of document.querySelectorAll("figure.is-live")) {
    figure.querySelector(".long-chart").remove();
    figure.classList.remove("is-live");
  }
  drawAll();
}

drawAll();
document.addEventListener("htmx:after:swap", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
