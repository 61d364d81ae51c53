// Code: the editor with its runner, and what may be seen once the code was submitted or given up.

import { CodePanel } from "../../editor/panel.ts";
import type { Outcome } from "../../runner/index.ts";
import { nameFor, type Context, type Panel } from "../context.ts";
import { changes, el, frame, prose } from "../dom.ts";
import { theRunner } from "../running.ts";
import type { Item, Revealed } from "../types.ts";
import { showSaving } from "./saving.ts";

/** Longer than all tests of an exercise may take together. */
const LONGEST_WAIT_MS = 30_000;
const MARKS = { python: "# ", sql: "-- ", "": "" };

export function editorPanel(context: Context): Panel {
  const { element, body, aside } = frame("editor", "Your code");
  const saving = el("span", { class: "saving" });
  const revealed = el("div", { class: "revealed", hidden: true });
  aside.append(saving);
  const [isOtherState, isOtherSolution] = [changes(), changes()];
  let panel: CodePanel | null = null;
  let shown = -1;
  /** Ends once the outcomes of a submission are stored. */
  let judged: Promise<void> = Promise.resolve();
  let isJudged = (): void => {};

  function make(item: Item): CodePanel {
    const name = nameFor("code", item);
    const text = context.text(name, { mark: MARKS[item.language], initial: item.starter });
    const about = { item: item.position };
    const host = el("div");
    body.replaceChildren(host, revealed);
    const made = new CodePanel(
      host,
      theRunner(),
      {
        ...item,
        language: item.language || "python",
        label: item.language === "sql" ? "Your query, SQL" : "Your solution, Python",
        nonce: context.nonce,
        code: text.text,
        outcomes: item.outcomes.map((outcome) => ({ ...outcome, duration_ms: 0 })),
        is_closed: isClosed(item),
      },
      {
        onChange: (code) => text.type(code),
        onRun: async (outcomes, code) => void (await context.tryAct("attempt", { ...about, code, kind: "run", outcomes: sent(outcomes) })),
        submit: async (code) => {
          const { hidden_tests } = await context.tryAct("submit", { ...about, code });
          judged = new Promise((resolve) => (isJudged = resolve));
          return { hidden_tests: hidden_tests ?? "" };
        },
        onSubmitted: async (outcomes) => {
          await context.tryAct("outcomes", { ...about, outcomes: sent(outcomes) }).finally(isJudged);
        },
        giveUp: async () => void (await context.tryAct("give-up", about)),
      },
    );
    context.onText(name, {
      replaced: (now) => made.replaceCode(now),
      saving: (how) => showSaving(saving, how),
    });
    return made;
  }

  return {
    element,
    update(_state, item) {
      element.hidden = item.language === "";
      if (element.hidden) return;
      if (item.position !== shown || !panel) {
        shown = item.position;
        panel = make(item);
      }
      if (isOtherState([item.position, isClosed(item)]) && isClosed(item)) panel.close();
      if (!isOtherSolution([item.position, item.revealed])) return;
      revealed.hidden = item.revealed === null;
      revealed.replaceChildren(...(item.revealed ? solutions(item.revealed) : []));
    },
    focus: () => panel?.editor.focus(),
    leave: () => Promise.race([judged, new Promise<void>((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]),
  };
}

/** A submission whose tests were cut short, by a closed page, can be sent again. */
function isClosed(item: Item): boolean {
  return item.gave_up || (item.submitted_at !== null && item.outcomes.length > 0);
}

/** What the server keeps of the tests. */
function sent(outcomes: Outcome[]): Outcome[] {
  return outcomes.map((outcome) => ({ ...outcome, duration_ms: Math.round(outcome.duration_ms) }));
}

function solutions(shown: Revealed): HTMLElement[] {
  const part = (title: string, ...content: HTMLElement[]): HTMLElement =>
    el("details", {}, el("summary", {}, title), ...content);
  const wrong = shown.wrong.flatMap(({ code_html, reason_html }) => [prose(reason_html), prose(code_html)]);
  return [
    el("h3", {}, "Now that it is submitted"),
    ...(shown.solutions.length ? [part("A solution", ...[shown.solution_html, ...shown.solutions].filter(Boolean).map((html) => prose(html)))] : []),
    ...(shown.complexity_html ? [part("Its cost", prose(shown.complexity_html))] : []),
    ...(shown.pitfalls_html ? [part("Pitfalls", prose(shown.pitfalls_html))] : []),
    ...(wrong.length ? [part("Plausible, but wrong", ...wrong)] : []),
  ];
}
