// <form data-spoken="140" data-spoken-bands="[[0, …]]"> says how long its data-spoken-part fields take
// to tell, as core/interviews/spoken_length does after a save. Said once the typing pauses.

const WORD = /\S*[\p{L}\p{N}_]\S*/gu;
const PAUSE_MS = 600;

export function countSpokenWords(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-spoken]");
  const output = form?.querySelector<HTMLOutputElement>("[data-spoken-length]");
  if (!form || !output) return;
  const perMinute = Number(form.dataset.spoken);
  const bands = JSON.parse(form.dataset.spokenBands ?? "[]") as [number, string][];
  const parts = [...form.querySelectorAll<HTMLTextAreaElement>("[data-spoken-part]")];
  let timer = 0;
  const say = (): void => {
    const words = parts.reduce((sum, part) => sum + (part.value.match(WORD)?.length ?? 0), 0);
    const said = spokenLength(words, perMinute, bands);
    if (output.textContent !== said) output.textContent = said;
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(say, PAUSE_MS);
  });
}

/** The words of `spoken_length` in Python, for the same bands. */
export function spokenLength(words: number, perMinute: number, bands: [number, string][]): string {
  const seconds = Math.round((words * 60) / perMinute);
  const band = bands.filter(([least]) => words >= least).at(-1)?.[1] ?? "";
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return `${words} ${words === 1 ? "word" : "words"}, ${time} spoken. ${band}`;
}
