// What a phone keeps for one account until there is a line: a database of its own, so that nobody sees another's.
const MOST = 200, MOST_BYTES = 100_000_000;

const nameOf = (home, account) => `field ${new URL(home, location).href} ${account}`;
const asked = (request) => new Promise((done, failed) => { request.onsuccess = () => done(request.result); request.onerror = () => failed(request.error); });

let left = false; // signing out: what runs on in this page must not make the database anew

async function store(name, mode) {
  if (left) throw new Error("signing out");
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("drafts", { keyPath: "key" });
  const db = await asked(opening);
  db.onversionchange = () => db.close(); // somebody signs out elsewhere
  return { db, drafts: db.transaction("drafts", mode).objectStore("drafts") };
}

async function use(name, mode, act) {
  const { db, drafts } = await store(name, mode);
  try { return await asked(act(drafts)); } finally { db.close(); }
}

const all = async (name) => (await use(name, "readonly", (drafts) => drafts.getAll(null, MOST * 10))).sort((a, b) => a.made - b.made);
const put = (name, draft) => use(name, "readwrite", (drafts) => drafts.put(draft));
const drop = (name, key) => use(name, "readwrite", (drafts) => drafts.delete(key));
const count = (name) => use(name, "readonly", (drafts) => drafts.count());

// Where a database is not known, asking for it would make it.
async function waiting(name) {
  const known = indexedDB.databases ? (await indexedDB.databases()).some((one) => one.name === name) : true;
  return known ? count(name) : 0;
}

// Until the worker keeps nothing more, or does not answer.
const told = (worker) => worker && new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  setTimeout(done, 1000);
  worker.postMessage({ leave: true }, [port2]);
});

async function forget(home, name) {
  const whole = new URL(home, location).href, prefix = `field ${whole} `, worker = await navigator.serviceWorker?.getRegistration(home);
  left = true;
  if (worker?.scope === whole) {
    await told(worker.active);
    await worker.unregister();
  }
  for (const cache of await caches.keys()) if (cache.startsWith(prefix)) await caches.delete(cache);
  await new Promise((done) => { const gone = indexedDB.deleteDatabase(name); gone.onsuccess = gone.onerror = gone.onblocked = done; });
}
window.drafts = { MOST, MOST_BYTES, all, put, drop, nameOf }; // for field.js

// Signing out takes with it what this phone has kept of the account; what still waits to be sent is asked about first.
for (const form of document.querySelectorAll("form[data-leave]")) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { leave: home, account, sure } = form.dataset, name = nameOf(home, account);
  try {
    const number = await waiting(name);
    if (number && !confirm(sure.replace("{count}", number))) return;
    await forget(home, name);
  } catch { /* a browser that keeps nothing has nothing to forget */ }
  HTMLFormElement.prototype.submit.call(form);
});
