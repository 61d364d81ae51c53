// The page of one round of a mock interview.

import { ask } from "./page/dialog.ts";
import { part } from "./mock/dom.ts";
import { listen, type Act } from "./mock/keys.ts";
import { theRunner } from "./mock/running.ts";
import { Session } from "./mock/session.ts";
import type { SessionData } from "./mock/types.ts";
import { beginWait } from "./mock/waiting.ts";
import { rememberAccount } from "./review/device.ts";

const source = part("mock-data");
const data = JSON.parse(source.textContent ?? "") as SessionData;
rememberAccount(data.user);
const session = new Session(data, source.nonce ?? "");

async function end(): Promise<void> {
  const sure = await ask({
    title: "End this round?",
    text: "The clock stops, and you go on to score it. You cannot come back to it.",
    yes: "End the round",
    no: "Go on",
  });
  if (sure) await session.finish();
}

async function next(): Promise<void> {
  if (session.isLast) await end();
  else await session.goTo(session.state.round.stage + 1);
}

async function pause(): Promise<void> {
  const isPaused = session.state.round.state === "paused";
  const answered = await session.act(isPaused ? "resume" : "pause");
  if (answered) session.announce(isPaused ? "The clock runs again." : "Paused.");
  part(isPaused ? "stage-title" : "resume").focus({ preventScroll: true });
}

function doAct(act: Act): boolean {
  const { state } = session.state.round;
  if (act.act === "keys") part<HTMLDialogElement>("keys").showModal();
  else if (act.act === "pause" && !session.state.mock.is_bare && state !== "waiting") void pause();
  else if (state !== "running") return false;
  else if (act.act === "next") void next();
  else if (act.act === "back") void session.goTo(session.state.round.stage - 1);
  else if (act.act === "hint") return session.arrangement.panel("hints")?.hint?.() ?? false;
  else if (act.act === "notes") session.arrangement.panel("notes")?.focus?.();
  else if (act.act === "reveal") return session.arrangement.panel("questions")?.reveal?.() ?? false;
  else if (act.act === "grade") return session.arrangement.panel("questions")?.grade?.(act.grade) ?? false;
  return true;
}

listen(doAct);
part("next").addEventListener("click", () => void next());
part("back").addEventListener("click", () => void session.goTo(session.state.round.stage - 1));
part("pause").addEventListener("click", () => void pause());
part("resume").addEventListener("click", () => void pause());
for (const button of document.querySelectorAll<HTMLElement>("[data-act]")) {
  button.addEventListener("click", () => {
    button.closest("details")?.removeAttribute("open");
    if (button.dataset.act === "end") void end();
    else doAct({ act: "keys" });
  });
}
beginWait(session);
session.start();
// While one introduces oneself, Python gets ready.
if (session.state.round.stages.some((stage) => stage.panels.includes("editor"))) {
  setTimeout(() => theRunner().prepare().catch(() => {}), 1_000);
}
document.documentElement.dataset.ready = "yes";
