{% load i18n %}// Keeps the page of verification, so that a QR code is checked where there is no network.
const kept = "verify-{{ version }}";
const files = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const page = "{% url "verify:page" %}";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(kept);
    await cache.addAll(files);
    await cache.put(page, await fetch(page, { credentials: "omit", cache: "reload" }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("verify-") && name !== kept) await caches.delete(name);
    await self.clients.claim();
  })());
});

// The page itself comes from the network where there is one: it carries the newest keys.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname === page && !address.search) event.respondWith(fresh(request));
  else if (files.includes(address.pathname)) event.respondWith(stored(request, address.pathname));
});

async function fresh(request) {
  try {
    return await fetch(request);
  } catch (error) {
    return (await (await caches.open(kept)).match(page)) ?? Response.error();
  }
}

async function stored(request, path) {
  return (await (await caches.open(kept)).match(path)) ?? fetch(request);
}
