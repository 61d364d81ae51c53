// A text area whose words are stored as they are typed.

import type { Context } from "../context.ts";
import { el } from "../dom.ts";
import { caretAfter } from "../merge.ts";
import { showSaving } from "./saving.ts";

export type Writing = { area: HTMLTextAreaElement; saving: HTMLElement; insert(text: string): void };

/** `onText` is called with the text at first, and whenever it is another one. */
export function writing(
  context: Context,
  name: string,
  label: string,
  options: { mark?: string; code?: boolean; rows?: number; placeholder?: string; onText?(text: string): void } = {},
): Writing {
  const text = context.text(name, options);
  const saving = el("span", { class: "saving" });
  const area = el("textarea", {
    id: `text-${name}`,
    "aria-label": label,
    rows: options.rows ?? 8,
    placeholder: options.placeholder,
    spellcheck: options.code ? "false" : "true",
    autocapitalize: options.code ? "off" : null,
    "data-code": options.code ?? null,
  });
  const show = options.onText ?? (() => {});
  const typed = (): void => {
    text.type(area.value);
    show(area.value);
  };
  area.value = text.text;
  area.addEventListener("input", typed);
  context.onText(name, {
    replaced(now, before) {
      const { selectionStart, selectionEnd, scrollTop } = area;
      area.value = now;
      area.setSelectionRange(caretAfter(before, now, selectionStart), caretAfter(before, now, selectionEnd));
      area.scrollTop = scrollTop;
      show(now);
    },
    saving: (how) => showSaving(saving, how),
  });
  show(text.text);
  return {
    area,
    saving,
    insert(more) {
      area.value = area.value.trim() ? `${area.value.trimEnd()}\n\n${more}` : more;
      typed();
      area.focus();
      area.setSelectionRange(area.value.length, area.value.length);
    },
  };
}
