// A screen on a wall: scenes take turns, the picture is renewed, and what is old or cut off says so. Runs for weeks.
const body = document.body, root = document.documentElement;
const language = root.lang, shownMs = Number(body.dataset.shownS) * 1000;
const clockText = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone });
const lengthText = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "long" });
const unitText = (n, unit) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(n);
let turn = 0, paused = false, cutSince = 0, minute = 0;
let skewMs = skew(); // this screen's clock may be wrong: ages are told by the server's

const board = () => document.getElementById("board");
function skew() { return Number(document.getElementById("board").dataset.now) * 1000 - Date.now(); }
const serverNow = () => (Date.now() + skewMs) / 1000;

function amount(seconds) {
  const [n, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return [Math.max(0, Math.floor(n)), unit];
}

function show() {
  const scenes = board().querySelectorAll(".scene"), marks = board().querySelectorAll("footer li");
  turn = (turn + scenes.length) % scenes.length;
  scenes.forEach((scene, i) => { scene.hidden = i !== turn; });
  marks.forEach((mark, i) => mark.classList.toggle("is-shown", i === turn));
}

function tell() {
  const now = serverNow(), { heard, limit } = board().dataset;
  board().querySelector("[data-clock]").textContent = clockText.format(now * 1000);
  if (heard) {
    const age = Math.max(0, now - Number(heard)), [n, unit] = amount(age);
    board().toggleAttribute("data-stale", age > Number(limit));
    const dot = board().querySelector(".heard .dot");
    dot.className = `dot ${age > Number(limit) ? "down" : "up"}`;
    board().querySelector("[data-age]").textContent = body.dataset.age.replace("{age}", lengthText.format(-n, unit));
  }
  const cut = cutSince ? body.dataset.cut.replace("{time}", unitText(...amount((Date.now() - cutSince) / 1000))) : "";
  board().querySelector("[data-told]").textContent = cut || (paused ? body.dataset.paused : "");
  if (Math.floor(now / 60) !== minute) { // a picture that never moves burns in
    minute = Math.floor(now / 60);
    board().style.translate = `${(minute % 3) - 1}px ${(Math.floor(minute / 3) % 3) - 1}px`;
  }
}

async function renew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(15_000) });
    if (answer.status === 410) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.body.dataset.version !== body.dataset.version) { location.reload(); return; } // the service was updated
    board().replaceWith(document.adoptNode(page.getElementById("board")));
    skewMs = skew();
    cutSince = 0;
  } catch {
    cutSince ||= Date.now();
  }
  body.classList.toggle("is-cut", cutSince > 0);
  minute = 0;
  show();
  tell();
}

document.addEventListener("keydown", (event) => {
  if (event.key === " ") paused = !paused;
  else if (event.key === "ArrowRight") turn += 1;
  else if (event.key === "ArrowLeft") turn -= 1;
  else return;
  event.preventDefault();
  show();
  tell();
});
setInterval(() => { if (!paused) turn += 1; renew(); }, shownMs);
setInterval(tell, 1000);
show();
tell();
