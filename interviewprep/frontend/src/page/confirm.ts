// <form data-confirm="Delete this deck?" data-confirm-text="…" data-confirm-yes="Delete"
// data-confirm-no="Keep it"> asks first.

import { ask } from "./dialog.ts";

export function askBeforeSubmitting(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const title = form.dataset.confirm;
    if (!title || form.dataset.confirmed) return;
    event.preventDefault();
    const submitter = event.submitter as HTMLButtonElement | null;
    const yes = form.dataset.confirmYes ?? submitter?.textContent?.trim() ?? "Continue";
    void ask({ title, text: form.dataset.confirmText, yes, no: form.dataset.confirmNo, danger: true }).then((sure) => {
      if (!sure) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    });
  });
}
