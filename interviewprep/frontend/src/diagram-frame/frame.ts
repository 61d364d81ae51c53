// The frame of the diagrams: Mermaid draws here, where it can reach nothing, and the page gets text.

type Mermaid = {
  initialize(options: Record<string, unknown>): void;
  render(id: string, text: string): Promise<{ svg: string }>;
};
type ToFrame =
  | { type: "files"; files: Record<string, ArrayBuffer> }
  | { type: "draw"; id: string; text: string; dark: boolean };

const FILE = "mermaid.tiny.js";
const FONTS = "system-ui, sans-serif";
let drawings = 0;
// Read now: the attribute is emptied for scripts once the document has been read.
const nonce = (document.currentScript as HTMLScriptElement | null)?.nonce ?? "";

addEventListener("message", (event: MessageEvent<ToFrame>) => {
  if (event.source !== parent) return;
  const message = event.data;
  if (message.type === "files") load(message.files);
  else void draw(message.id, message.text, message.dark);
});
tell({ type: "hello" });

function tell(message: Record<string, unknown>): void {
  parent.postMessage(message, "*");
}

function load(files: Record<string, ArrayBuffer>): void {
  const script = document.createElement("script");
  script.nonce = nonce;
  script.src = URL.createObjectURL(new Blob([files[FILE] ?? ""], { type: "text/javascript" }));
  script.onload = () => tell({ type: "ready" });
  script.onerror = () => tell({ type: "failed", sentence: "The drawing program did not start." });
  document.head.append(script);
}

async function draw(id: string, text: string, dark: boolean): Promise<void> {
  const { mermaid } = globalThis as unknown as { mermaid: Mermaid };
  try {
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      htmlLabels: false,
      suppressErrorRendering: true,
      theme: dark ? "dark" : "neutral",
      fontFamily: FONTS,
      deterministicIds: true,
    });
    const { svg } = await mermaid.render(`drawing-${++drawings}`, text);
    tell({ type: "drawn", id, ...picture(svg) });
  } catch (error) {
    tell({ type: "drawn", id, error: error instanceof Error ? error.message : String(error) });
  }
}

/** Return the drawing as XML with a size of its own, which an image needs. */
function picture(text: string): { svg: string; width: number; height: number } {
  const place = document.createElement("div");
  place.innerHTML = text;
  const svg = place.querySelector("svg");
  if (!svg) throw new Error("Nothing was drawn.");
  const box = svg.viewBox.baseVal;
  const [width, height] = [Math.max(1, Math.ceil(box.width)), Math.max(1, Math.ceil(box.height))];
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  svg.style.removeProperty("max-width");
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}
