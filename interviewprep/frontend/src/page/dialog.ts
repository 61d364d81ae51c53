// One question in a modal dialog; resolves to the learner's answer. Escape means no.

export interface Question {
  title: string;
  text?: string;
  yes: string;
  no?: string;
  danger?: boolean;
}

export function ask(question: Question): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const title = document.createElement("h2");
  title.id = "dialog-title";
  title.textContent = question.title;
  const actions = document.createElement("div");
  actions.className = "actions";
  const yes = button(question.yes, question.danger ? "button button-danger" : "button button-primary");
  const no = button(question.no ?? "Cancel", "button button-plain");
  actions.append(yes, no);
  dialog.append(title);
  if (question.text) {
    const text = document.createElement("p");
    text.textContent = question.text;
    dialog.append(text);
  }
  dialog.append(actions);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = false;
    yes.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    no.focus();
  });
}

function button(label: string, className: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = label;
  return element;
}
