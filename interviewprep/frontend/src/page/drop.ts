// <form data-drop>: a file dropped anywhere on the page lands in the form's file input. With
// data-drop="send" the form is sent at once.

export function acceptDrops(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-drop]");
  const input = form?.querySelector<HTMLInputElement>('input[type="file"]');
  if (!form || !input) return;
  const zone = form.querySelector<HTMLElement>("[data-drop-zone]") ?? form;
  let depth = 0;
  const show = (change: number): void => {
    depth = Math.max(0, depth + change);
    zone.toggleAttribute("data-over", depth > 0);
  };
  document.addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) show(1);
  });
  document.addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) show(-1);
  });
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    depth = 0;
    show(0);
    if (!event.dataTransfer.files.length) return;
    input.files = input.multiple ? event.dataTransfer.files : firstOf(event.dataTransfer.files);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (form.dataset.drop === "send") form.requestSubmit();
    else input.focus();
  });
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function firstOf(files: FileList): FileList {
  const transfer = new DataTransfer();
  const first = files[0];
  if (first) transfer.items.add(first);
  return transfer.files;
}
