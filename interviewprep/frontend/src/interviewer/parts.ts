// The moving parts of the page, [data-part]: each is replaced when its HTML is another one.

const FOCUSABLE = "button, a[href], summary, [tabindex='0']";

export class Parts {
  #root: HTMLElement;
  #last = new Map<string, string>();
  #announced: string;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#announced = this.#announcement();
  }

  /** Return what is to be said aloud, where the stage or the state is another one now. */
  patch(parts: Record<string, string>): string {
    for (const [name, html] of Object.entries(parts)) {
      if (this.#last.get(name) === html) continue;
      const place = this.#root.querySelector<HTMLElement>(`[data-part="${CSS.escape(name)}"]`);
      if (!place) continue;
      this.#last.set(name, html);
      keepingFocus(place, () => {
        place.innerHTML = html; // the server's own templates, as in the page itself
      });
    }
    const announcement = this.#announcement();
    if (announcement === this.#announced) return "";
    this.#announced = announcement;
    return announcement;
  }

  #announcement(): string {
    return this.#root.querySelector<HTMLElement>("[data-announce]")?.dataset.announce ?? "";
  }
}

/** Put the focus where it was, or on what stands in that place now; folded-out details stay out. */
function keepingFocus(place: HTMLElement, replace: () => void): void {
  const active = place.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  const order = active ? [...place.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
  const unfolded = [...place.querySelectorAll("details")].map((one) => one.open);
  replace();
  [...place.querySelectorAll("details")].forEach((one, n) => {
    one.open = unfolded[n] ?? one.open;
  });
  if (!active) return;
  const same = active.id ? document.getElementById(active.id) : null;
  const next = place.querySelectorAll<HTMLElement>(FOCUSABLE)[Math.max(order, 0)];
  (same ?? next ?? place).focus({ preventScroll: true });
}
