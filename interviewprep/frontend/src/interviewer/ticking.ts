// Clocks that run, [data-seconds]: the server said how far they were, the page counts on from there.

const began = new WeakMap<Element, number>();
let timer = 0;

export function tickClocks(root: HTMLElement): void {
  const clocks = [...root.querySelectorAll<HTMLElement>("[data-seconds]")];
  for (const clock of clocks) if (!began.has(clock)) began.set(clock, performance.now());
  window.clearInterval(timer);
  timer = window.setInterval(() => clocks.forEach(show), 1000);
}

function show(clock: HTMLElement): void {
  const passed_ms = performance.now() - (began.get(clock) ?? 0);
  const seconds = Number(clock.dataset.seconds) + Math.floor(passed_ms / 1000);
  clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
