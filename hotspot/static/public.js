// The public pages beyond HTML: points near the reader, the worker for times without a line, the age of old pages.
const body = document.body, language = document.documentElement.lang;
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const NEAREST = 5, EARTH_M = 6_371_000;
const STATUS = { up: "up", degraded: "degraded", down: "down" };

function age(seconds) {
  const minutes = Math.round(seconds / 60), hours = Math.round(seconds / 3600), days = Math.round(seconds / 86400);
  return days > 1 ? relative.format(-days, "day") : hours > 1 ? relative.format(-hours, "hour") : relative.format(-minutes, "minute");
}

function made(name, words = "", classes = "") {
  const node = document.createElement(name);
  node.textContent = words;
  if (classes) node.className = classes;
  return node;
}

function row(point, words, address, note) {
  const line = made("li"), link = made("a"), name = made("span", "", "point-name"), badge = made("span", "", "badge");
  name.append(made("b", point.n), made("small", note));
  badge.append(made("span", "", `dot ${STATUS[point.s] ?? "unknown"}`), words[point.s] ?? words.unknown);
  link.href = `${address}/${point.c.split("/").map(encodeURIComponent).join("/")}`;
  link.append(name, badge);
  line.append(link);
  return line;
}

function list(rows) {
  const found = made("ul", "", "point-list");
  found.append(...rows);
  return found;
}

// Metres on the sphere, by the haversine formula.
function metres([x, y], at) {
  const rad = Math.PI / 180, a = Math.sin((y - at.latitude) * rad / 2) ** 2;
  const b = Math.cos(y * rad) * Math.cos(at.latitude * rad) * Math.sin((x - at.longitude) * rad / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a + b));
}

function distance(m) {
  return m < 1000 ? `${plain.format(Math.round(m / 10) * 10)} m` : `${plain.format(m / 1000)} km`;
}

// Near me: the device says where it is, the page looks among the points it has; the position goes nowhere.
const near = document.querySelector("[data-near]"), shown = document.querySelector("[data-near-list]");
const map = document.getElementById("map");
if (near && shown && navigator.geolocation) {
  const words = JSON.parse(shown.dataset.words), status = JSON.parse(map.dataset.status);
  const say = (...nodes) => { shown.hidden = false; shown.replaceChildren(...nodes); };
  const tell = (text) => say(made("p", text, "muted"));
  near.hidden = false;
  near.addEventListener("click", () => {
    tell(words.wait);
    navigator.geolocation.getCurrentPosition(async ({ coords }) => {
      try {
        const { features } = await (await fetch(map.dataset.points)).json();
        const sorted = features.map((one) => [metres(one.geometry.coordinates, coords), one]).sort((a, b) => a[0] - b[0]).slice(0, NEAREST);
        const rows = sorted.map(([m, one]) => row(one.properties, status, map.dataset.point, `${distance(m)} · ${one.properties.d}`));
        say(made("h2", words.found), list(rows), made("p", words.note, "small muted"));
        map.dispatchEvent(new CustomEvent("near", { detail: [coords.latitude, coords.longitude] }));
      } catch { tell(words.failed); }
    }, () => tell(words.refused), { maximumAge: 60_000, timeout: 15_000 });
  });
}

// The offline page: what was seen last.
const offline = document.querySelector("[data-offline]");
if (offline) {
  const words = JSON.parse(offline.dataset.words), status = JSON.parse(offline.dataset.status);
  try {
    const answer = await (await caches.match(offline.dataset.points, { ignoreVary: true })).json();
    const seen = made("p", words.seen.replace("{age}", age(Date.now() / 1000 - answer.made_at)), "muted");
    offline.replaceChildren(seen, list(answer.features.map(({ properties }) => row(properties, status, offline.dataset.point, properties.d))));
  } catch { offline.replaceChildren(made("p", words.none)); }
}

// A page that was kept, because it could not be loaded anew, says how old it is.
if ("kept" in body.dataset) {
  const notice = made("p", body.dataset.old.replace("{age}", age(Date.now() / 1000 - Number(body.dataset.made))), "notice is-warn");
  notice.setAttribute("role", "status");
  document.getElementById("main").prepend(notice);
}

if ("serviceWorker" in navigator) {
  const points = body.dataset.home.replace(/public$/, "p/");
  for (const scope of [body.dataset.home, points]) navigator.serviceWorker.register(body.dataset.worker, { scope }).catch(() => {});
}
