// The service worker: the assets of this build, the last review page, the pictures of cards at hand.
// It never keeps an answer of the API nor any other page, and forgets pages and pictures when the
// learner signs out or anybody sees a page that says nobody is signed in.

export {};

declare const ASSETS: string[];
/** How the names begin of what runs code and draws, 16 MB: the browser's cache has them anyway. */
declare const LARGE: string[];
declare const VERSION: string;
const worker = self as unknown as ServiceWorkerGlobalScope;

const PREFIX = "/static/dist/";
const SHELL = `shell-${VERSION}`;
const PAGES = "pages";
const MEDIA = "media";
const MOST_MEDIA = 400;
const PATIENCE_MS = 6_000;
const REVIEW = "/review";

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll(ASSETS.map((name) => PREFIX + name)))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      // The assets of the kept page may be those of an older build: they go when a new page is kept.
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (LARGE.some((name) => url.pathname.startsWith(PREFIX + name))) return;
  if (url.pathname.startsWith(PREFIX)) event.respondWith(asset(request));
  else if (url.pathname.startsWith("/media/")) event.respondWith(picture(request));
  else if (request.mode !== "navigate") return;
  else event.respondWith(isReview(url) ? reviewPage(request) : otherPage(request));
});

worker.addEventListener("message", (event) => {
  const message = event.data as { type: string; url?: string; urls?: string[] };
  if (message.type === "forget") event.waitUntil(Promise.all([caches.delete(PAGES), caches.delete(MEDIA)]));
  else if (message.type === "keep-page" && message.url) event.waitUntil(keepFetched(message.url));
  else if (message.type === "keep-media" && message.urls) event.waitUntil(keepMedia(message.urls));
});

worker.addEventListener("push", (event) => {
  event.waitUntil(notify(event.data));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openReview());
});

/** Browsers want a message shown for every push, one that cannot be read included. */
async function notify(data: PushMessageData | null): Promise<void> {
  let said: { title?: string; body?: string; tag?: string } = {};
  try {
    said = (data?.json() as typeof said | null) ?? {};
  } catch {
    // not ours, or cut short
  }
  await worker.registration.showNotification(said.title ?? "Interview Prep", {
    body: said.body ?? "Reviews are due.",
    tag: said.tag ?? "reminder",
    icon: "/static/icon.svg",
  });
}

/** An open review comes to the front; else a new window opens. */
async function openReview(): Promise<void> {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((one) => isReview(new URL(one.url)));
  if (open) await open.focus();
  else await worker.clients.openWindow(REVIEW);
}

function isReview(url: URL): boolean {
  return url.pathname.replace(/\/$/, "") === REVIEW;
}

async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await (await caches.open(SHELL)).put(request, fresh.clone());
  return fresh;
}

async function picture(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true, cacheName: MEDIA });
  return kept ?? fetch(request);
}

/** The network's page where it answers in time, else the one kept from last time. */
async function reviewPage(request: Request): Promise<Response> {
  const fresh = fetch(request).then(async (response) => {
    await keep(response.clone());
    return response;
  });
  const kept = await caches.match(REVIEW, { ignoreVary: true, cacheName: PAGES });
  if (!kept) return fresh;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(() => resolve(kept), PATIENCE_MS);
  });
  const sound = fresh.then((response) => (response.status >= 500 ? kept : response));
  return Promise.race([sound.catch(() => kept), late]).finally(() => clearTimeout(timer));
}

/** Any other page is the network's alone; without one, a page that leads back to the review. */
async function otherPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    const goesOn = await caches.match(REVIEW, { ignoreVary: true, cacheName: PAGES });
    const style = ASSETS.find((name) => name.endsWith(".css"));
    const way = goesOn
      ? '<p class="lead">Reviewing goes on without one, with the cards kept on this device.</p>' +
        `<p><a class="button button-primary" href="${REVIEW}">Review</a></p>`
      : '<p class="lead">Try again when it is back.</p>';
    const page =
      '<!doctype html><html lang="en" class="page-quiet"><meta charset="utf-8">' +
      '<meta name="viewport" content="width=device-width, initial-scale=1">' +
      `<title>No connection · Interview Prep</title><link rel="stylesheet" href="${PREFIX}${style}">` +
      `<main class="review-done"><h1>No connection</h1>${way}</main></html>`;
    return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
}

async function keepFetched(url: string): Promise<void> {
  if (!isReview(new URL(url, worker.location.origin))) return;
  await keep(await fetch(url, { credentials: "same-origin", redirect: "manual" }));
}

async function keep(response: Response): Promise<void> {
  const html = response.headers.get("Content-Type")?.startsWith("text/html");
  if (response.status !== 200 || response.redirected || response.type === "opaqueredirect" || !html) return;
  await (await caches.open(PAGES)).put(REVIEW, response);
  // Only now can the assets of older builds go: no kept page asks for them any more.
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
  }
}

async function keepMedia(urls: string[]): Promise<void> {
  const cache = await caches.open(MEDIA);
  for (const url of urls) {
    if (await cache.match(url, { ignoreVary: true })) continue;
    const response = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (response?.ok && !response.redirected) await cache.put(url, response);
  }
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - MOST_MEDIA))) await cache.delete(key);
}
