// The card in the document. Faces are built before they are needed (which also fetches their
// pictures), so that showing one is a matter of moving two elements. Deck HTML arrives sanitised.

import { tightenRoots } from "../page/roots.ts";
import { outcomeLabel } from "./grading.ts";
import { compare, matches } from "./diff.ts";
import { GRADES, type Card } from "./types.ts";

const FACES_KEPT = 6;

interface Face {
  question: HTMLElement;
  answer: HTMLElement;
}

export class CardView {
  readonly #faces = new Map<string, Face>();
  readonly #card = part("card");
  readonly #question = part("question");
  readonly #answer = part("answer");
  readonly #changed = part("changed");
  readonly #hint = part<HTMLDetailsElement>("hint");
  readonly #hintText = part("hint-text");
  readonly #typed = part<HTMLFormElement>("typed");
  readonly #typedInput = part<HTMLInputElement>("typed-input");
  readonly #reveal = part<HTMLButtonElement>("reveal");
  readonly #grades = [...document.querySelectorAll<HTMLButtonElement>("[data-grade]")];
  readonly #deck = part("deck-name");
  readonly #deckParents = part("deck-parents");
  readonly #flag = part("flag-mark");
  readonly #edit = part<HTMLAnchorElement>("edit");
  readonly #report = part("report");
  #shown: Card | null = null;

  revealed = false;

  /** Build faces for cards that may come next, and let go of those that will not. */
  prepare(cards: Card[]): void {
    for (const card of cards) this.#face(card);
    for (const key of [...this.#faces.keys()].slice(0, -FACES_KEPT)) this.#faces.delete(key);
  }

  /** Put the question on screen at once; focus, scroll and measuring wait for the frame's end. */
  show(card: Card): void {
    const face = this.#face(card);
    this.#shown = card;
    this.revealed = false;
    this.#card.dataset.state = "question";
    this.#card.dataset.cardId = String(card.card_id);
    this.#question.replaceChildren(face.question);
    this.#question.hidden = false;
    this.#answer.hidden = true;
    this.#answer.replaceChildren(face.answer);
    this.#answer.toggleAttribute("data-replaces", card.replaces_front);
    this.#changed.hidden = !card.change;
    if (card.change) this.#question.setAttribute("aria-describedby", this.#changed.id);
    else this.#question.removeAttribute("aria-describedby");
    this.#hint.hidden = !card.hint_html;
    this.#hint.open = false;
    this.#hintText.innerHTML = card.hint_html;
    this.#typed.hidden = !card.typed || !card.typed_answer;
    this.#typedInput.value = "";
    this.#reveal.hidden = false;
    for (const button of this.#grades) button.hidden = true;
    const levels = card.deck.name.split("::");
    this.#deck.textContent = levels.pop() ?? "";
    this.#deckParents.textContent = levels.map((level) => `${level} · `).join("");
    this.#edit.hidden = !card.edit_url;
    if (card.edit_url) this.#edit.href = card.edit_url;
    this.#report.hidden = !card.report_url;
    this.flag(card);
    requestAnimationFrame(() => {
      tightenRoots(this.#question);
      if (this.#shown !== card || this.revealed) return;
      window.scrollTo({ top: 0, behavior: "instant" });
      (this.#typed.hidden ? this.#question : this.#typedInput).focus({ preventScroll: true });
    });
  }

  /** Show the answer below the question, or in its place, and what each grade leads to. */
  reveal(): void {
    const card = this.#shown;
    if (!card || this.revealed) return;
    this.revealed = true;
    this.#card.dataset.state = "answer";
    this.#answer.hidden = false;
    this.#question.hidden = card.replaces_front;
    if (!this.#typed.hidden) {
      const box = difference(this.#typedInput.value, card.typed_answer);
      if (card.replaces_front) this.#answer.append(box);
      else this.#answer.prepend(box);
      this.#typed.hidden = true;
      // At once, or the next key would still be the field's.
      this.#typedInput.blur();
    }
    this.#reveal.hidden = true;
    for (const button of this.#grades) {
      const grade = GRADES.find((name) => name === button.dataset.grade);
      if (!grade) continue;
      const label = outcomeLabel(grade, card.outcomes[grade]);
      const outcome = button.querySelector(".grade-outcome");
      outcome?.replaceChildren(...lines(label));
      button.setAttribute("aria-label", `${grade[0]?.toUpperCase()}${grade.slice(1)}, ${label}`);
      button.hidden = false;
    }
    requestAnimationFrame(() => {
      if (!this.revealed) return;
      tightenRoots(this.#answer);
      this.#answer.focus({ preventScroll: true });
      this.#bringIntoView();
    });
  }

  flag(card: Card): void {
    this.#flag.hidden = !card.flag;
    part("flag-label").textContent = card.flag ? "Take the flag off" : "Flag";
  }

  /** No card is on screen. */
  clear(): void {
    this.#shown = null;
    this.revealed = false;
    this.#card.dataset.state = "none";
    delete this.#card.dataset.cardId;
    this.#question.replaceChildren();
    this.#answer.replaceChildren();
    this.#flag.hidden = true;
    this.#deck.textContent = "";
    this.#deckParents.textContent = "";
  }

  /** An answer that begins below the bar is scrolled up until its beginning can be read. */
  #bringIntoView(): void {
    const top = this.#answer.getBoundingClientRect().top;
    if (top > window.innerHeight * 0.66) {
      window.scrollBy({ top: top - window.innerHeight * 0.33, behavior: "instant" });
    }
  }

  #face(card: Card): Face {
    const key = `${card.card_id}.${card.version}`;
    const kept = this.#faces.get(key);
    if (kept) return kept;
    const question = prose("review-question", card.front_html);
    const answer = document.createElement("div");
    const now = prose("", card.back_html);
    const earlier = card.change?.earlier_html;
    answer.append(earlier ? sides(now, prose("", earlier)) : now);
    if (card.note_html) answer.append(prose("review-aside", card.note_html));
    const face = { question, answer };
    this.#faces.set(key, face);
    return face;
  }
}

/** An element of templates/review.html, by its id. */
export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** `15 d, ease −0.14` as two lines; a number stays with its unit. */
function lines(label: string): HTMLElement[] {
  return label.split(", ").map((words) => {
    const line = document.createElement("span");
    line.textContent = words.replace(/([\d.]) (?=\p{L}+$)/u, "$1\u00a0");
    return line;
  });
}

function prose(className: string, html: string): HTMLElement {
  const element = document.createElement("div");
  element.className = `prose ${className}`.trim();
  element.innerHTML = html;
  // A face is built before it is shown; a lazy picture would only then begin to load, and push.
  for (const picture of element.querySelectorAll("img")) picture.loading = "eager";
  return element;
}

/** The answer as it is now and as it was, side by side where there is room. */
function sides(now: HTMLElement, before: HTMLElement): HTMLElement {
  const both = document.createElement("div");
  both.className = "review-sides";
  for (const [words, content] of [["Now", now], ["Before", before]] as const) {
    const side = document.createElement("section");
    side.className = "review-side";
    side.setAttribute("aria-label", words);
    const label = document.createElement("p");
    label.className = "review-side-label";
    label.textContent = words;
    side.append(label, content);
    both.append(side);
  }
  return both;
}

function difference(typed: string, expected: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "diff review-diff";
  const pieces = compare(typed, expected);
  const label = document.createElement("span");
  label.className = "diff-label";
  label.textContent = typed.trim() ? "You typed" : "Expected";
  box.append(label);
  if (!pieces || !typed.trim()) {
    box.append(typed.trim() || expected);
    return box;
  }
  if (matches(pieces)) label.textContent = "You typed it right";
  for (const piece of pieces) {
    const tag = { same: "span", missing: "ins", extra: "del" }[piece.kind];
    const element = document.createElement(tag);
    element.textContent = piece.text;
    box.append(element);
  }
  return box;
}
