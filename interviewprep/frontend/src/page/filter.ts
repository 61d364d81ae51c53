// [data-filter] holds an input that narrows the [data-filter-list] beside it to the entries whose
// data-filter-text has every word; [data-filter-none] says when nothing is left.

export function filterLists(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-filter]")) {
    const input = place.querySelector<HTMLInputElement>("[data-filter-input]");
    const list = place.parentElement?.querySelector<HTMLElement>("[data-filter-list]");
    if (!input || !list) continue;
    place.hidden = false;
    input.addEventListener("input", () => narrow(place, list, input.value));
    // Enter would send the form around the input, and with it what is not chosen yet.
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
}

function narrow(place: HTMLElement, list: HTMLElement, sought: string): void {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const entry of list.querySelectorAll<HTMLElement>("[data-filter-text]")) {
    const text = (entry.dataset.filterText ?? "").toLowerCase();
    entry.hidden = !words.every((word) => text.includes(word));
    if (!entry.hidden) left += 1;
  }
  const none = place.parentElement?.querySelector<HTMLElement>("[data-filter-none]");
  if (none) none.hidden = left > 0;
}
