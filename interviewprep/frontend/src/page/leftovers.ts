// Answers kept from a review without a connection are sent from whatever page is opened next.

import { Device, lastAccount } from "../review/device.ts";
import { Sender } from "../review/sync.ts";

export async function sendLeftovers(): Promise<void> {
  const user = lastAccount();
  const signedIn = document.documentElement.dataset.signedIn === "yes";
  if (!user || !signedIn || document.getElementById("review-data")) return;
  const device = await Device.open(user);
  if ((await device.waiting()) === 0) return;
  new Sender(device, user, "", {}).drain();
}
