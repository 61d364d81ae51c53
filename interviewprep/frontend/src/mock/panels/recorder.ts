// A recording of one's own answer: made, played back and deleted here, and never sent anywhere.

import { ask } from "../../page/dialog.ts";
import { clockLabel } from "../clock.ts";
import type { Context, Panel } from "../context.ts";
import { button, el, frame } from "../dom.ts";
import { deleteRecording, getRecording, keepRecording, placeOf, type Recording } from "../recordings.ts";

const LONGEST_S = 30 * 60;
/** So much of a recording a closed page can lose. */
const KEPT_EVERY_MS = 5_000;

export function recorderPanel(context: Context): Panel {
  const { element, body } = frame("recorder", "Recording");
  const record = button("Record", () => void start());
  const stop = button("Stop", () => recorder?.stop(), "danger", { hidden: true });
  const remove = button("Delete …", () => void drop(), "quiet", { hidden: true });
  const said = el("p", { class: "recorder-said", role: "status" });
  const clock = el("span", { class: "recorder-clock" });
  const player = el("audio", { controls: true, "aria-label": "Your recording", hidden: true });
  body.append(
    el("div", { class: "recorder-row" }, record, stop, clock, player, remove),
    said,
    el("p", { class: "hint" }, "Stays in this browser until you sign out, and is not sent anywhere. You can hear it again before you score."),
  );
  let recorder: MediaRecorder | null = null;
  let ended: Promise<void> = Promise.resolve();
  let startedAt = 0;
  let place = "";
  let shown = "";

  const canRecord = typeof MediaRecorder !== "undefined" && Boolean(navigator.mediaDevices?.getUserMedia);
  if (!canRecord) {
    record.disabled = true;
    said.textContent = globalThis.isSecureContext
      ? "This browser cannot record. Tell the answer aloud all the same."
      : "Browsers record only over https or on this very machine. Tell the answer aloud all the same.";
  }

  async function start(): Promise<void> {
    if (recorder || !canRecord) return;
    if (!player.hidden && !(await ask({ title: "Record again?", text: "The recording you have is replaced.", yes: "Record again" }))) return;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      said.textContent = refusal(error);
      return;
    }
    const chunks: Blob[] = [];
    const where = place;
    const made = new MediaRecorder(stream);
    const whole = (): Recording => ({
      blob: new Blob(chunks, { type: made.mimeType }),
      seconds: (Date.now() - startedAt) / 1000,
      at: Date.now(),
    });
    made.addEventListener("dataavailable", (event) => {
      chunks.push(event.data);
      if (made.state === "recording") void keepRecording(where, whole()).catch(() => {});
    });
    ended = new Promise((resolve) => {
      made.addEventListener("stop", () => {
        for (const track of stream.getTracks()) track.stop();
        recorder = null;
        draw();
        void keep(where, whole()).then(resolve);
      });
    });
    recorder = made;
    startedAt = Date.now();
    made.start(KEPT_EVERY_MS);
    said.textContent = "Recording.";
    draw();
    stop.focus();
  }

  async function keep(where: string, recording: Recording): Promise<void> {
    const isKept = await keepRecording(where, recording).then(
      () => true,
      () => false,
    );
    if (where !== place) return;
    said.textContent = isKept
      ? `Recorded ${clockLabel(recording.seconds)}.`
      : "This browser could not keep the recording; hear it now, before you leave the page.";
    const hadFocus = document.activeElement === document.body;
    show(recording);
    if (hadFocus && element.isConnected) record.focus();
  }

  /** Show what was recorded here before. */
  async function bring(where: string): Promise<void> {
    const found = await getRecording(where).catch(() => null);
    if (where !== place || recorder) return;
    show(found);
    said.textContent = found ? `Recorded ${clockLabel(found.seconds)}.` : canRecord ? "" : said.textContent;
  }

  async function drop(): Promise<void> {
    if (!(await ask({ title: "Delete the recording?", yes: "Delete", danger: true }))) return;
    await deleteRecording(place).catch(() => {});
    show(null);
    said.textContent = "Deleted.";
    record.focus();
  }

  function show(recording: Recording | null): void {
    if (shown) URL.revokeObjectURL(shown);
    shown = recording ? URL.createObjectURL(recording.blob) : "";
    player.hidden = remove.hidden = !recording;
    if (recording) player.src = shown;
    else player.removeAttribute("src");
  }

  function draw(): void {
    record.hidden = recorder !== null;
    stop.hidden = recorder === null;
    if (recorder) player.hidden = remove.hidden = true;
    clock.textContent = recorder ? clockLabel((Date.now() - startedAt) / 1000) : "";
  }

  return {
    element,
    update(state, item) {
      const now = placeOf(context.data.user, state.mock.id, state.round.position, item.position);
      if (now === place) return;
      recorder?.stop();
      place = now;
      show(null);
      void ended.then(() => bring(now));
    },
    tick() {
      if (!recorder) return;
      if (Date.now() - startedAt > LONGEST_S * 1000) recorder.stop();
      else draw();
    },
    leave() {
      recorder?.stop();
      return ended;
    },
  };
}

function refusal(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "The browser may not use the microphone. Allow it for this site, or tell the answer aloud all the same.";
  if (name === "NotFoundError") return "No microphone was found. Tell the answer aloud all the same.";
  return "The microphone could not be used. Tell the answer aloud all the same.";
}
