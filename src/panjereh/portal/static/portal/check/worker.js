// Keeps the checking page for when there is no network. VERSION and FILES stand in the line before, PAGE first of them.
"use strict";

const CACHE = `panjereh-check-${VERSION}`;

self.addEventListener("install", (event) => {
  const requests = FILES.map((path) => new Request(path, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

async function forgetOlder() {
  for (const name of await caches.keys()) {
    const older = name.startsWith("panjereh-check-") && name.endsWith(LANGUAGE) && name !== CACHE;
    if (older) await caches.delete(name);
  }
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => kept(FILES[0])));
  } else if (FILES.includes(new URL(request.url).pathname)) {
    event.respondWith(kept(request).then((answer) => answer || fetch(request)));
  }
});

async function kept(request) {
  return (await caches.open(CACHE)).match(request, { ignoreVary: true });
}
