// The technician's phone: the nearest first, photographs made small, forms that wait for a line. Pages work without it.
const { MOST, MOST_BYTES, all, drop, nameOf, put } = window.drafts;

const root = document.querySelector("[data-field]"), words = JSON.parse(root.dataset.words), language = document.documentElement.lang;
const box = nameOf(root.dataset.home, root.dataset.account);
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }), relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const LONGEST_SIDE = 1600, QUALITY = 0.82, LARGEST = 10_000_000, EARTH_M = 6_371_000, OLD_S = 180, SHOWN = 50, AGAIN_MS = 30_000;

function made(name, text = "", classes = "") {
  const node = document.createElement(name);
  node.textContent = text;
  if (classes) node.className = classes;
  return node;
}
const asSize = (bytes) => bytes < 1e6 ? `${plain.format(Math.ceil(bytes / 1000))} kB` : `${plain.format(bytes / 1e6)} MB`;

// randomUUID is for secure pages alone.
function uuid() {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  octets[6] = octets[6] & 15 | 64;
  octets[8] = octets[8] & 63 | 128;
  const hex = [...octets].map((one) => one.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// What the camera wrote beside the picture goes, too: it is drawn anew.
async function small(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return await new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", QUALITY));
  } catch { return file; } // no picture that this browser knows: the server says what it thinks of it
}

// A form is kept first and sent then, so that a line which breaks in between loses nothing.
async function keep(form, submitter) {
  const say = form.querySelector("[data-said]"), fields = {}, now = Math.floor(Date.now() / 1000);
  let photo = null, size = 0;
  for (const [name, value] of new FormData(form)) {
    if (name === "csrf_token") continue;
    if (typeof value === "string") { fields[name] = value; size += value.length; } else if (value.size) photo = await small(value);
  }
  if (submitter?.name) fields[submitter.name] = submitter.value;
  if (photo?.size > LARGEST) { say.textContent = words.large; return; }
  const waiting = await all(box), bytes = waiting.reduce((sum, one) => sum + one.size, 0);
  size += photo?.size ?? 0;
  if (waiting.length >= MOST || bytes + size > MOST_BYTES) { say.textContent = words.full; return; }
  const draft = { key: form.elements.key.value, url: form.getAttribute("action"), kind: form.dataset.draft, point: form.dataset.point, made: now, fields: { ...fields, at: String(now) }, photo, size, why: "" };
  await put(box, draft);
  say.textContent = words.saved;
  form.reset();
  form.elements.key.value = uuid(); // what is typed next is another form
  await send();
  const left = await all(box).catch(() => [draft]);
  if (!left.some((one) => one.key === draft.key)) {
    say.textContent = words.sent;
    if (draft.kind === "finish") location.href = root.dataset.home;
    else if (draft.kind !== "photo") location.reload();
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  form.elements.key.value = uuid(); // a page that was kept would give the same number twice
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await keep(form, event.submitter); } catch (error) {
      if (navigator.onLine) HTMLFormElement.prototype.submit.call(form);
      else form.querySelector("[data-said]").textContent = words.broken;
      console.info(String(error));
    } finally { busy = false; }
  });
}

// Sending: one after the other, in one tab at a time; a refusal stays with its reason until somebody decides.
let note = "", signedOut = false;
const REFUSALS = { 403: words.not_allowed, 404: words.gone, 413: words.too_large };

async function signed() {
  const answer = await fetch(root.dataset.sign, { redirect: "manual", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect" || answer.status === 401) { signedOut = true; note = words.sign_in; return null; }
  if (!answer.ok) { note = answer.status === 403 ? words.not_allowed : ""; return null; }
  const { account, csrf } = await answer.json();
  if (account !== root.dataset.account) { note = words.other; return null; }
  return csrf;
}

async function sendOne(draft, csrf) {
  const body = new FormData();
  for (const [name, value] of Object.entries(draft.fields)) body.set(name, value);
  if (draft.photo) body.set("picture", draft.photo, "photo.jpg");
  const answer = await fetch(draft.url, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json", "X-CSRFToken": csrf } });
  if (answer.ok) { await drop(box, draft.key); return true; }
  if (answer.status === 422) await put(box, { ...draft, why: (await answer.json()).why });
  else if (REFUSALS[answer.status]) await put(box, { ...draft, why: REFUSALS[answer.status] });
  else return false; // signed out meanwhile, or the server has trouble of its own: it waits
  return true;
}

async function sendAll() {
  note = ""; signedOut = false;
  try {
    const waiting = (await all(box)).filter((one) => !one.why);
    const csrf = waiting.length ? await signed() : null;
    if (csrf) for (const draft of waiting) if (!await sendOne(draft, csrf)) break;
  } catch { /* no line */ }
  await show();
}
const send = () => (navigator.locks ? navigator.locks.request(box, sendAll) : sendAll()).catch(() => {}); // a browser that keeps nothing

const outbox = document.querySelector("[data-outbox]"), part = (name) => outbox.querySelector(`[data-outbox-${name}]`);
const button = (text, act) => { const node = made("button", text, "button is-small"); node.type = "button"; node.addEventListener("click", act); return node; };

function line(draft) {
  const item = made("li"), head = made("b", `${words.kinds[draft.kind] ?? draft.kind}: ${draft.point}`), acts = made("div", "", "actions");
  item.append(head, made("span", `${new Date(draft.made * 1000).toLocaleString(language)} · ${asSize(draft.size)}`, "small muted"));
  if (draft.fields.text || draft.fields.serial) item.append(made("span", draft.fields.text || draft.fields.serial, "as-typed"));
  item.append(made("span", draft.why ? `${words.refused}: ${draft.why}` : words.waits, draft.why ? "tone-bad" : "small"));
  if (draft.why) acts.append(button(words.again, async () => { await put(box, { ...draft, why: "" }); await send(); }));
  acts.append(button(words.drop, async () => { if (confirm(words.drop_sure)) { await drop(box, draft.key); await show(); } }));
  item.append(acts);
  return item;
}

async function show() {
  const waiting = await all(box);
  outbox.hidden = !waiting.length;
  part("count").textContent = words.count.replace("{count}", plain.format(waiting.length)).replace("{size}", asSize(waiting.reduce((sum, one) => sum + one.size, 0)));
  part("note").textContent = note;
  part("sign").hidden = !signedOut;
  part("list").replaceChildren(...waiting.slice(0, SHOWN).map(line));
  if (waiting.length > SHOWN) part("list").append(made("li", words.more.replace("{count}", plain.format(waiting.length - SHOWN)), "muted"));
}
part("send").addEventListener("click", send);
addEventListener("online", send);
setInterval(async () => { if (!document.hidden && navigator.onLine && (await all(box).catch(() => [])).some((one) => !one.why)) send(); }, AGAIN_MS);
send();

// The nearest first: the position is used in the page and goes nowhere.
const nearest = document.querySelector("[data-nearest]"), placed = document.querySelector("[data-place-note]");

function metres([north, east], at) {
  const rad = Math.PI / 180, a = Math.sin((north - at.latitude) * rad / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a + Math.cos(north * rad) * Math.cos(at.latitude * rad) * Math.sin((east - at.longitude) * rad / 2) ** 2));
}
const asDistance = (m) => m < 1000 ? `${plain.format(Math.round(m / 10) * 10)} m` : `${plain.format(m / 1000)} km`;

function sort({ coords }) {
  placed.hidden = true;
  for (const list of document.querySelectorAll("[data-sort]")) {
    const far = (item) => item.dataset.lat ? metres([Number(item.dataset.lat), Number(item.dataset.lon)], coords) : Infinity;
    const items = [...list.children].map((item) => [far(item), item]).sort(([a], [b]) => a - b);
    for (const [m, item] of items) if (m < Infinity) item.querySelector("[data-far]").textContent = asDistance(m);
    list.append(...items.map(([, item]) => item));
    list.dataset.sorted = "";
  }
}
if (nearest && navigator.geolocation) {
  const look = () => navigator.geolocation.getCurrentPosition(sort, () => { placed.textContent = words.no_place; placed.hidden = false; }, { maximumAge: 60_000, timeout: 15_000 });
  nearest.hidden = false;
  nearest.addEventListener("click", look);
  navigator.permissions?.query({ name: "geolocation" }).then(({ state }) => { if (state === "granted") look(); }, () => {});
}

// A page that was kept says how old it is.
const seconds = Date.now() / 1000 - Number(root.dataset.made);
if (seconds > OLD_S) {
  const hours = Math.round(seconds / 3600);
  const age = hours > 36 ? relative.format(-Math.round(hours / 24), "day") : hours > 1 ? relative.format(-hours, "hour") : relative.format(-Math.round(seconds / 60), "minute");
  const notice = made("p", words.old.replace("{age}", age), "notice is-warn");
  notice.setAttribute("role", "status");
  root.prepend(notice);
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(root.dataset.worker).then(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (navigator.onLine && seconds < OLD_S) active.postMessage({ keep: [root.dataset.home, location.pathname, ...JSON.parse(root.dataset.pages)] });
  }, () => {});
}
