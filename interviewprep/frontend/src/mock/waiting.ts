// Before a round begins: in a loop, the break with its countdown.

import { clockLabel } from "./clock.ts";
import { part } from "./dom.ts";
import type { Session } from "./session.ts";

export function beginWait(session: Session): void {
  if (session.state.round.state !== "waiting") return;
  const begin = part<HTMLButtonElement>("begin");
  const left = part("break-left");
  const { break_until } = session.state.round;
  const until = break_until === null ? null : Date.parse(break_until);
  const offset = Date.parse(session.state.round.server_now) - Date.now();
  let isOver = false;

  function tick(): void {
    if (until === null) return void (left.textContent = "");
    const seconds = (until - Date.now() - offset) / 1000;
    left.textContent = seconds > 0 ? clockLabel(Math.ceil(seconds)) : "The break is over. Begin when you are ready.";
    if (seconds <= 0 && !isOver) {
      isOver = true;
      left.classList.add("break-over");
      session.announce("The break is over.");
    }
  }

  begin.addEventListener("click", () => {
    begin.disabled = true;
    void session.act("begin").then((answered) => {
      begin.disabled = false;
      // The page of a round that runs has its prompt and its heading in it from the start.
      if (answered) location.reload();
    });
  });
  tick();
  setInterval(tick, 500);
}
