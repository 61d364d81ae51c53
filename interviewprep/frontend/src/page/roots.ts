// Chromium gives a root the width of its font's widest radical sign, which leaves a gap behind √x. The
// gap is measured and taken back, innermost roots first. Where a browser leaves none, nothing happens.

export const ROOTS = "msqrt, mroot";

export function tightenRoots(within: ParentNode): void {
  for (const root of [...within.querySelectorAll<HTMLElement>(ROOTS)].reverse()) {
    const base = root.localName === "mroot" ? root.firstElementChild : root.lastElementChild;
    if (!base || root.style.marginInlineEnd) continue;
    const gap = root.getBoundingClientRect().right - base.getBoundingClientRect().right;
    if (gap > 0.5) root.style.marginInlineEnd = `${(-gap / Number.parseFloat(getComputedStyle(root).fontSize)).toFixed(3)}em`;
  }
}

/** For formulas that the server put in the page; their font decides how wide they are. */
export function tightenWhenLoaded(): void {
  if (!document.querySelector(ROOTS)) return;
  void document.fonts.load('1em "STIX Two Math"').then(() => tightenRoots(document));
}
