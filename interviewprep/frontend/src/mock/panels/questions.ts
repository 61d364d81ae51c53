// The questions of a ladder, one at a time: answer aloud, show the answer, grade it.

import type { Context, Panel } from "../context.ts";
import { button, changes, el, frame, prose } from "../dom.ts";
import type { Grade, Item, Question } from "../types.ts";

const GRADES: [Grade, string][] = [
  ["again", "Again"],
  ["hard", "Hard"],
  ["good", "Good"],
  ["easy", "Easy"],
];

export function questionsPanel(context: Context): Panel {
  const { element, body, aside } = frame("questions", "Question");
  const asked = el("div", { tabindex: "-1", "data-region": true });
  const answer = el("div", { class: "question-answer", "aria-live": "polite" });
  const show = button("Show answer", () => void reveal(), "plain", { "aria-keyshortcuts": "Space Enter" });
  const grades = el(
    "div",
    { class: "review-choices question-grades", role: "group", "aria-label": "How it went" },
    ...GRADES.map(([grade, label], place) =>
      el(
        "button",
        { type: "button", class: "grade", "data-grade": grade, "aria-keyshortcuts": place + 1, onclick: () => void give(grade) },
        el("span", {}, label),
        el("kbd", { "aria-hidden": "true" }, String(place + 1)),
      ),
    ),
  );
  const end = el("p", { hidden: true }, "That was the last question. Go on to the next stage when you are ready.");
  const before = el("details", { class: "questions-before" }, el("summary", {}, "Questions so far"));
  const past = el("ol", { class: "given-list" });
  before.append(past);
  body.append(asked, answer, show, grades, end, before);
  const isNew = changes();
  let item: Item | null = null;
  let current: Question | null = null;
  let isBusy = false;

  async function send(grade: Grade | null): Promise<void> {
    if (!item || !current || isBusy) return;
    isBusy = true;
    const hadFocus = element.contains(document.activeElement) || document.activeElement === document.body;
    const answered = await context.act("question", { item: item.position, n: current.n, grade });
    isBusy = false;
    if (!answered || !hadFocus) return;
    if (grade !== null) asked.focus({ preventScroll: true });
    else grades.querySelector("button")?.focus({ preventScroll: true });
  }
  const reveal = (): Promise<void> => send(null);
  const give = (grade: Grade): Promise<void> => send(grade);

  return {
    element,
    update(_state, now) {
      item = now;
      const { questions } = now;
      current = questions.find((question) => question.grade === null) ?? null;
      element.hidden = questions.length === 0;
      if (!isNew([now.position, questions, now.questions_left])) return;
      const total = questions.length + now.questions_left;
      aside.textContent = current ? `${questions.indexOf(current) + 1} of ${total}` : `${total} of ${total}`;
      asked.replaceChildren(
        ...(current
          ? [...(current.step ? [el("p", { class: "question-step" }, current.step)] : []), prose(current.html, "prose question-text")]
          : []),
      );
      const isShown = current !== null && current.answer_html !== null;
      answer.replaceChildren(...(isShown ? [prose(current?.answer_html ?? "")] : []));
      answer.hidden = !isShown;
      show.hidden = current === null || isShown;
      grades.hidden = !isShown;
      end.hidden = current !== null;
      const done = questions.filter((question) => question.grade !== null);
      before.hidden = done.length === 0;
      element.toggleAttribute("data-begun", done.length > 0);
      past.replaceChildren(...done.map((question) => el("li", {}, prose(question.html), graded(question))));
    },
    reveal() {
      if (show.hidden || !element.isConnected) return false;
      void reveal();
      return true;
    },
    grade(grade) {
      if (grades.hidden || !element.isConnected) return false;
      void give(grade as Grade);
      return true;
    },
  };
}

function graded({ grade, answer_html }: Question): HTMLElement {
  const label = GRADES.find(([name]) => name === grade)?.[1] ?? "";
  return el(
    "details",
    {},
    el("summary", {}, `Graded ${label}`),
    answer_html === null ? null : prose(answer_html),
  );
}
