// <form data-preview="URL">: a pause in typing posts the form there and shows the HTML that comes
// back in [data-preview-target], inside the form or anywhere on the page.

import { tightenRoots } from "./roots.ts";

const PAUSE_MS = 300;

export function previewForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-preview]")) {
    const target =
      form.querySelector<HTMLElement>("[data-preview-target]") ??
      document.querySelector<HTMLElement>("[data-preview-target]");
    if (target) watch(form, form.dataset.preview ?? "", target);
  }
}

function watch(form: HTMLFormElement, url: string, target: HTMLElement): void {
  let timer = 0;
  let asked = new AbortController();
  const refresh = async (): Promise<void> => {
    asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, {
        method: "POST",
        body: new FormData(form),
        signal: asked.signal,
        headers: { "X-Requested-With": "fetch" },
      });
      if (!answer.ok || answer.redirected) return;
      target.innerHTML = await answer.text();
      tightenRoots(target);
    } catch {
      // A newer keystroke, or no connection: the preview stays as it is.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(), PAUSE_MS);
  });
  void refresh();
}
