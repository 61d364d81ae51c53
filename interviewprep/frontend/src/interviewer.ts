// The interviewer's page: asks every two seconds whether anything moved, and replaces what did.

import { drawDiagrams } from "./interviewer/diagrams.ts";
import { Parts } from "./interviewer/parts.ts";
import { saveScores } from "./interviewer/scores.ts";
import { Server, type State } from "./interviewer/server.ts";
import { tickClocks } from "./interviewer/ticking.ts";

const EVERY_MS = 2000;
const SHOWN_MS = 6000;
const NETWORK_GONE = "The server cannot be reached just now; the page goes on trying.";

const root = document.querySelector<HTMLElement>("[data-interviewer]");
if (root) begin(root);

function begin(root: HTMLElement): void {
  const server = new Server(root);
  const parts = new Parts(root);
  const said = root.querySelector<HTMLElement>("[data-said]");
  let silence = 0;
  const say = (text: string): void => {
    if (!said) return;
    said.textContent = text;
    window.clearTimeout(silence);
    if (text !== NETWORK_GONE) silence = window.setTimeout(() => (said.textContent = ""), SHOWN_MS);
  };
  const draw = drawDiagrams(root);
  let over = false;
  let unreachable = false;

  const take = (state: State): void => {
    const announced = parts.patch(state.parts);
    if (state.said || announced) say(state.said || announced);
    tickClocks(root);
    draw();
  };
  const end = (sentence: string): void => {
    over = true;
    const notice = document.createElement("p");
    notice.className = "notice notice-warning";
    notice.setAttribute("role", "alert");
    notice.textContent = sentence;
    root.replaceChildren(notice); // what the seat showed goes with the seat
  };
  const ask = async (work: () => Promise<State | null>): Promise<boolean> => {
    const answer = await server.ask(work);
    if (answer.state) take(answer.state);
    if (answer.over) end(answer.sentence);
    else if (answer.sentence) say(answer.sentence);
    if (answer.unreachable !== unreachable) say(answer.unreachable ? NETWORK_GONE : "");
    unreachable = answer.unreachable;
    return answer.state !== null;
  };
  const poll = async (): Promise<void> => {
    if (over) return;
    if (document.visibilityState === "visible") await ask(() => server.poll());
    window.setTimeout(() => void poll(), EVERY_MS);
  };

  root.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!("live" in form.dataset)) return;
    event.preventDefault();
    void ask(() => server.send(form));
  });
  saveScores(root, (form) => ask(() => server.send(form)));
  tickClocks(root);
  draw();
  window.setTimeout(() => void poll(), EVERY_MS);
}
