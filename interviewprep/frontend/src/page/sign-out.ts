// Signing out clears what this device kept of the account: its cards, its pictures, its recordings,
// the page for offline use. Answers not sent yet stay, for that account only, and the learner is told.

import { deleteRecordings } from "../mock/recordings.ts";
import { Device, lastAccount } from "../review/device.ts";
import { ask } from "./dialog.ts";

export function guardSignOut(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.confirmed) return;
      event.preventDefault();
      void leave(form);
    });
  }
}

async function leave(form: HTMLFormElement): Promise<void> {
  const user = lastAccount();
  if (user) {
    const device = await Device.open(user);
    const waiting = await device.waiting();
    if (waiting > 0 && !(await sure(waiting))) return;
    await device.forget();
    await deleteRecordings(user).catch(() => {}); // a browser without storage has none
  }
  forgetPages();
  form.dataset.confirmed = "yes";
  form.requestSubmit();
}

function sure(waiting: number): Promise<boolean> {
  return ask({
    title: waiting === 1 ? "1 answer has not been sent yet" : `${waiting} answers have not been sent yet`,
    text: `${waiting === 1 ? "It stays on this device and is" : "They stay on this device and are"} sent when you sign in here again.`,
    yes: "Sign out anyway",
    no: "Stay signed in",
    danger: true,
  });
}

/** On a page that says nobody is signed in, no page of an account stays for offline use. */
export function forgetWhenSignedOut(): void {
  if (document.documentElement.dataset.signedIn === "no") forgetPages();
}

export function forgetPages(): void {
  navigator.serviceWorker?.controller?.postMessage({ type: "forget" });
}
