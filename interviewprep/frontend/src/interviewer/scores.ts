// Scores are saved as the interviewer goes: soon after the last change of a [data-scores] form.

const PAUSE_MS = 800;

/** `send` answers whether the server has the scores. */
export function saveScores(root: HTMLElement, send: (form: HTMLFormElement) => Promise<boolean>): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-scores]")) {
    const said = form.querySelector<HTMLElement>("[data-saved]");
    let timer = 0;
    let change = 0;
    const save = async (): Promise<void> => {
      window.clearTimeout(timer);
      timer = 0;
      const sent = change;
      const stored = await send(form);
      if (said && sent === change) said.textContent = stored ? "Saved." : "Not saved yet.";
    };
    form.addEventListener("input", () => {
      change += 1;
      if (said) said.textContent = "";
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void save(), PAUSE_MS);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void save();
    });
    window.addEventListener("pagehide", () => {
      if (timer) navigator.sendBeacon(form.action, new FormData(form));
    });
  }
}
