// <div data-push data-csrf="…" hidden> on the settings of reminders: a button that has this browser
// take push messages. The browser asks for permission only after the click. Also marks which of the
// listed devices this one is, and removes its subscription together with its row.

import { ask, Refused, SignedOut } from "./http.ts";

const PATH = "/api/v1/push-subscriptions";

interface Key {
  key: string;
}

export function offerPush(): void {
  const place = document.querySelector<HTMLElement>("[data-push]");
  if (!place) return;
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    say(place, "This browser takes no push messages here. It needs HTTPS, and on an iPhone the app on the home screen.");
    return;
  }
  const button = place.querySelector<HTMLButtonElement>("button[data-push-on]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => void switchOn(place, button));
  }
  void markThisDevice(button);
}

async function switchOn(place: HTMLElement, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    say(place, "");
    if ((await Notification.requestPermission()) !== "granted") {
      say(place, "The browser was told not to show messages from this site; allow them in its settings.");
      return;
    }
    await subscribe(place.dataset.csrf ?? "");
    location.reload();
  } catch (error) {
    say(place, reason(error));
  } finally {
    button.disabled = false;
  }
}

/** Subscribe anew with the server's key; an older subscription may be bound to another key. */
async function subscribe(csrf: string): Promise<void> {
  const made = await ask<Key>("POST", `${PATH}/key`, csrf);
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const key = bytes(made?.key ?? "");
  const before = await registration.pushManager.getSubscription();
  if (before && !isSameKey(before.options.applicationServerKey, key)) await before.unsubscribe();
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = subscription.toJSON();
  await ask("POST", PATH, csrf, { endpoint, p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" });
}

async function markThisDevice(button: HTMLButtonElement | null): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  const name = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const row = document.querySelector<HTMLElement>(`[data-push-device="${name}"]`);
  if (!row) return;
  const mark = row.querySelector<HTMLElement>("[data-push-here]");
  if (mark) mark.hidden = false;
  if (button) button.hidden = true;
  row.querySelector("form")?.addEventListener("submit", () => void subscription.unsubscribe());
}

function reason(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof SignedOut) return "You are signed out; sign in and try again.";
  if (error instanceof DOMException) return "The browser could not reach its push service; try again later.";
  return "The server cannot be reached; try again.";
}

function isSameKey(held: ArrayBuffer | null, wanted: Uint8Array): boolean {
  const bytesHeld = new Uint8Array(held ?? new ArrayBuffer(0));
  return bytesHeld.length === wanted.length && bytesHeld.every((byte, at) => byte === wanted[at]);
}

/** The bytes of base64url, which is how keys are written in JSON. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function say(place: HTMLElement, text: string): void {
  place.hidden = false;
  const said = place.querySelector("[data-push-said]");
  if (said) said.textContent = text;
}
