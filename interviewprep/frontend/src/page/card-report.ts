// Reporting a card of a built-in deck: its text goes to the clipboard, and stands in a field from which
// it can be copied by hand. Nothing is sent anywhere.

import { copy } from "./copy.ts";

const COPIED = "Copied. Paste it where you report the card.";
const MARKED = "This browser did not let the page copy. The text is marked: copy it with your keys or menu.";
const UNREACHABLE = "The card's text could not be fetched; try again when there is a connection.";

/** Links with data-card-report open the report in place; without scripts they lead to its text. */
export function offerCardReports(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-card-report]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void reportCard(link.href);
  });
}

/** Show and copy the report at this address; `known` stands for it where it cannot be fetched. */
export async function reportCard(url: string, known = ""): Promise<void> {
  const { dialog, field, said, copyButton } = build();
  const copyNow = async (): Promise<void> => {
    said.textContent = "";
    said.textContent = (await copy(field)) ? COPIED : MARKED;
  };
  copyButton.addEventListener("click", () => void copyNow());
  document.body.append(dialog);
  dialog.showModal();
  field.value = (await fetched(url)) ?? known;
  field.removeAttribute("aria-busy");
  copyButton.disabled = !field.value;
  if (!dialog.open) return;
  if (!field.value) said.textContent = UNREACHABLE;
  else await copyNow();
}

async function fetched(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "error" });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function build(): {
  dialog: HTMLDialogElement;
  field: HTMLTextAreaElement;
  said: HTMLElement;
  copyButton: HTMLButtonElement;
} {
  const dialog = element("dialog", "dialog card-report");
  dialog.setAttribute("aria-labelledby", "card-report-title");
  const title = element("h2", "", "Report this card");
  title.id = "card-report-title";
  const lead = element("p", "", "Nothing is sent from here. Paste the text where you report it, and say what is wrong.");
  const label = element("label", "visually-hidden", "Text of the report");
  label.htmlFor = "card-report-text";
  const field = element("textarea");
  field.id = "card-report-text";
  field.rows = 10;
  field.readOnly = true;
  field.setAttribute("aria-busy", "true");
  const said = element("p", "card-report-said");
  said.setAttribute("role", "status");
  const actions = element("div", "actions");
  const copyButton = button("Copy", "button button-primary");
  copyButton.disabled = true;
  const close = button("Close", "button button-plain");
  close.autofocus = true;
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  actions.append(copyButton, close);
  dialog.append(title, lead, label, field, said, actions);
  return { dialog, field, said, copyButton };
}

function button(label: string, className: string): HTMLButtonElement {
  const made = element("button", className, label);
  made.type = "button";
  return made;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
