// Fills a hidden input named time_zone with the browser's IANA zone; a visible choice is left alone
// unless it is still empty.

export function fillTimeZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const selector = 'input[name="time_zone"], select[name="time_zone"]';
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>(selector)) {
    if (!zone || (field.type !== "hidden" && field.value)) continue;
    field.value = zone;
  }
}
