// <button hidden data-copy="field-id"> copies what a field holds, and says so in [data-copy-said].

export function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy ?? "") as HTMLInputElement | null;
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      void copy(field).then((copied) => {
        const said = document.querySelector("[data-copy-said]");
        if (said) said.textContent = copied ? "Copied." : "Marked; copy it with your keys or menu.";
      });
    });
  }
}

/** Without HTTPS, or where the browser refuses, the text is only marked. */
export async function copy(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return false;
  }
}
