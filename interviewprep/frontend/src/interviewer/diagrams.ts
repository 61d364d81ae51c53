// The candidate's diagrams, drawn beside their text as on the candidate's own page.

import { type Addresses, Diagrams } from "../runner/index.ts";

/** Return what draws every diagram whose text is another one since it was last called. */
export function drawDiagrams(root: HTMLElement): () => void {
  const addresses = JSON.parse(root.dataset.diagrams ?? "{}") as Addresses;
  const drawn = new Map<string, string>();
  let diagrams: Diagrams | null = null;
  const draw = (): void => {
    for (const figure of root.querySelectorAll<HTMLElement>("[data-diagram]")) {
      const name = figure.dataset.diagram ?? "";
      const text = root.querySelector(`[data-diagram-text="${name}"]`)?.textContent ?? "";
      if ((drawn.get(name) ?? "") === text) continue;
      drawn.set(name, text);
      diagrams ??= new Diagrams(root, addresses);
      void diagrams.draw(text).then((drawing) => {
        if (drawn.get(name) === text) show(figure, drawing);
        else if ("svg_url" in drawing) URL.revokeObjectURL(drawing.svg_url);
      });
    }
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    drawn.clear(); // a picture has the colours of the theme it was drawn in
    draw();
  });
  return draw;
}

function show(figure: HTMLElement, drawing: Awaited<ReturnType<Diagrams["draw"]>>): void {
  if ("error" in drawing) return; // half a line typed: the last picture stays
  const before = figure.querySelector("img");
  const picture = new Image(drawing.width, drawing.height);
  picture.src = drawing.svg_url;
  picture.alt = "The candidate's diagram";
  figure.replaceChildren(picture);
  figure.hidden = false;
  if (before) URL.revokeObjectURL(before.src);
}
