// The page of a report: the diagrams of a round are drawn above their text.

import { Diagrams, type Addresses } from "./runner/index.ts";

const page = document.querySelector<HTMLElement>("[data-diagrams]");
if (page) {
  const frame = document.createElement("div");
  page.append(frame);
  const diagrams = new Diagrams(frame, JSON.parse(page.dataset.diagrams ?? "{}") as Addresses);
  for (const place of page.querySelectorAll<HTMLElement>("[data-diagram]")) void draw(diagrams, place);
}

async function draw(diagrams: Diagrams, place: HTMLElement): Promise<void> {
  const text = place.querySelector("code")?.textContent ?? "";
  const drawing = await diagrams.draw(text);
  if ("error" in drawing) return; // the text stands there anyway
  const picture = document.createElement("img");
  picture.src = drawing.svg_url;
  picture.width = drawing.width;
  picture.height = drawing.height;
  picture.alt = place.dataset.diagram ?? "Diagram";
  place.prepend(picture);
  const details = place.querySelector("details");
  if (details) details.open = false;
}
