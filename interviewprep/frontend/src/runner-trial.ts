// A place to try the runner and the diagrams, for developers: the page of components.

import { Diagrams, Runner, type Addresses, type RunRequest } from "./runner/index.ts";

const place = document.querySelector<HTMLElement>("[data-runner-trial]");
if (place) begin(place);

function begin(place: HTMLElement): void {
  const part = <Part extends HTMLElement>(name: string): Part => {
    const found = place.querySelector<Part>(`[data-trial="${name}"]`);
    if (!found) throw new Error(`the page has no ${name}`);
    return found;
  };
  const runner = new Runner(place, JSON.parse(place.dataset["runner"] ?? "") as Addresses);
  const diagrams = new Diagrams(place, JSON.parse(place.dataset["diagrams"] ?? "") as Addresses);
  const [status, outcomes, printed, run, stop] = [
    part("status"),
    part("outcomes"),
    part("output"),
    part<HTMLButtonElement>("run"),
    part<HTMLButtonElement>("stop"),
  ];

  run.addEventListener("click", async () => {
    outcomes.textContent = printed.textContent = "";
    place.dataset["kind"] = "";
    stop.disabled = false;
    const result = await runner.run(request(part), {
      outcome: (outcome) => {
        const line = document.createElement("li");
        line.textContent = `${outcome.passed ? "Passed" : "Failed"}: ${outcome.label}. ${outcome.message}`;
        line.dataset["passed"] = outcome.passed ? "yes" : "no";
        outcomes.append(line);
      },
      output: (text) => printed.append(text),
    });
    stop.disabled = true;
    printed.append(result.traceback);
    status.textContent = result.sentence;
    place.dataset["result"] = JSON.stringify(result);
    place.dataset["kind"] = result.kind;
  });
  stop.addEventListener("click", () => runner.stop());
  runner.onProgress((progress) => {
    if (progress.sentence) status.textContent = progress.sentence;
    place.dataset["state"] = progress.state;
  });
  part("prepare").addEventListener("click", () => runner.prepare().catch(() => {}));

  part("draw").addEventListener("click", async () => {
    const drawing = await diagrams.draw(part<HTMLTextAreaElement>("diagram").value);
    const said = part("drawn");
    if ("error" in drawing) {
      said.textContent = drawing.error;
      return;
    }
    const image = document.createElement("img");
    image.src = drawing.svg_url;
    image.width = drawing.width;
    image.height = drawing.height;
    image.alt = "The diagram drawn from the text";
    said.replaceChildren(image);
  });
}

function request(part: <Part extends HTMLElement>(name: string) => Part): RunRequest {
  const text = (name: string): string => part<HTMLTextAreaElement>(name).value;
  const limit_ms = Number(text("limit"));
  if (text("language") === "sql") {
    return { language: "sql", code: text("code"), schema: text("visible"), expected: text("hidden"), limit_ms };
  }
  return { language: "python", code: text("code"), visible: text("visible"), hidden: text("hidden"), limit_ms };
}
