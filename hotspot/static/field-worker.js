// Keeps the technician's pages for times without a line: of the one account that used them last, until it signs out.
const HOME = new URL("./", self.location).href, PREFIX = `field ${HOME} `, MOST = 150, PATIENCE_MS = 8000;
let left = false; // the account signed out: what is still on its way is not kept
const NOT_KEPT = [`${HOME}worker.js`, `${HOME}sign.json`];

const isPage = (address) => address.startsWith(HOME) && !NOT_KEPT.includes(address.split(/[?#]/)[0]);

async function cached() {
  const name = (await caches.keys()).find((one) => one.startsWith(PREFIX));
  return name && caches.open(name);
}

// An answer says whose it is: pages of another account go before its own come.
async function keep(address, answer) {
  const account = answer.headers.get("X-Field-Account");
  if (left || !answer.ok || answer.redirected || !account) return;
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== PREFIX + account) await caches.delete(name);
  const cache = await caches.open(PREFIX + account);
  const parts = [...(await answer.clone().text()).matchAll(/(?:href|src)="([^"]+\?v=[^"]+)"/g)].map(([, one]) => new URL(one.replaceAll("&amp;", "&"), HOME).href);
  await cache.put(address, answer);
  for (const part of new Set(parts)) if (!await cache.match(part, { ignoreVary: true })) await cache.add(part).catch(() => {});
  const pages = (await cache.keys()).filter((one) => isPage(one.url) && one.url !== HOME);
  for (const old of pages.slice(0, Math.max(0, pages.length - MOST))) await cache.delete(old);
  if (left) await forget();
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil((async () => {
  left = Boolean(event.data.leave);
  if (left) { await forget(); event.ports[0].postMessage("gone"); }
  for (const address of (event.data.keep ?? []).slice(0, MOST)) {
    const whole = new URL(address, HOME).href;
    if (isPage(whole)) try { await keep(whole, await fetch(whole)); } catch { return; }
  }
})()));

async function newest(request) {
  const address = request.url.split(/[?#]/)[0];
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const copy = answer.clone();
    if (request.url === address) keep(address, copy).catch(() => {});
    return answer;
  } catch {
    const cache = await cached();
    return await cache?.match(address, { ignoreVary: true }) ?? await cache?.match(HOME, { ignoreVary: true }) ?? Response.error();
  }
}

async function same(request) {
  const cache = await cached();
  return await cache?.match(request, { ignoreVary: true }) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && isPage(url.href)) event.respondWith(newest(request));
  else if (["style", "script", "image"].includes(request.destination) && url.searchParams.has("v")) event.respondWith(same(request));
});
