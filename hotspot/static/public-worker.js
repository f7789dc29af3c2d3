// Keeps what a phone saw of the public pages for times without a line. Only of them: its scopes are /public and /p/.
const ROOT = new URL("../", self.location); // one address may have several cities, each below its own
const CACHE = `public-1${ROOT.pathname}`, MOST = 60, PATIENCE_MS = 6000;
const at = (path) => new URL(path, ROOT).href;
const HOME = at("public"), POINTS = at("p/"), OFFLINE = at("public/offline"), DATA = [at("public/points.json"), at("public/areas.json")];

function isPage(address) {
  const [plain] = address.split(/[?#]/);
  return plain === HOME || plain.startsWith(`${HOME}/`) || plain.startsWith(POINTS);
}

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE), take = async (address) => keep(cache, address, await fetch(address));
  const home = await (await fetch(HOME)).text(); // what it is drawn with is wanted without a line, too
  const parts = [...home.matchAll(/(?:href|src)="([^"]+\?v=[^"]+)"/g)].map(([, address]) => address.replaceAll("&amp;", "&"));
  await Promise.all([HOME, OFFLINE, ...DATA, ...parts].map(take));
  self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== CACHE && name.replace(/^public-\d+/, "") === ROOT.pathname) await caches.delete(name);
  await self.clients.claim();
  const cache = await caches.open(CACHE);
  for (const { url } of await self.clients.matchAll()) if (isPage(url)) await keep(cache, url.split(/[?#]/)[0], await fetch(url)); // the first page, loaded before the worker was
})()));

// What says that it must not be stored is not stored; what was stored longest goes first.
async function keep(cache, request, answer) {
  if (!answer.ok || answer.redirected || (answer.headers.get("Cache-Control") ?? "").includes("no-store")) return;
  await cache.put(request, answer);
  const keys = await cache.keys();
  for (const old of keys.filter((key) => ![HOME, OFFLINE, ...DATA].includes(key.url)).slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
}

async function newest(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!new URL(request.url).search) await keep(cache, request, answer.clone());
    return answer;
  } catch {
    const page = request.mode === "navigate", known = await cache.match(request, { ignoreSearch: page, ignoreVary: true });
    if (known) return page ? marked(known) : known;
    return (page && await cache.match(OFFLINE, { ignoreVary: true })) || Response.error();
  }
}

// A kept page says so, that its script can tell how old it is.
async function marked(known) {
  return new Response((await known.text()).replace("<body ", "<body data-kept "), { headers: known.headers });
}

// The name of a static file changes with the file, so what was kept is never old.
async function same(request) {
  const cache = await caches.open(CACHE), known = await cache.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  await keep(cache, request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const page = request.mode === "navigate" && isPage(url.href);
  if (page || DATA.includes(request.url)) event.respondWith(newest(request));
  else if (["style", "script", "image"].includes(request.destination) && url.searchParams.has("v")) event.respondWith(same(request));
});
