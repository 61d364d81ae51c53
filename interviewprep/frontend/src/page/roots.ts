// Chromium gives a root the width of its font's widest radical sign, which leaves a gap behind √x. The
// gap is measured and taken back, innermost roots first. Where a browser leaves none, nothing happens.

const ROOTS = "msqrt, mroot";
const FONT = '1em "STIX Two Math"';

/** Tighten what is in view of the layout now, or once the font that decides the widths is there. */
export function tightenRoots(within: ParentNode): void {
  if (!within.querySelector(ROOTS)) return;
  if (document.fonts.check(FONT)) tighten(within);
  else void document.fonts.load(FONT).then(() => tighten(within));
}

function tighten(within: ParentNode): void {
  for (const root of [...within.querySelectorAll<HTMLElement>(ROOTS)].reverse()) {
    const base = root.localName === "mroot" ? root.firstElementChild : root.lastElementChild;
    const right = root.getBoundingClientRect().right;
    if (!base || !right || root.style.marginInlineEnd) continue;
    const gap = right - base.getBoundingClientRect().right;
    const em = Number.parseFloat(getComputedStyle(root).fontSize);
    if (gap > 0.5) root.style.marginInlineEnd = `${(-gap / em).toFixed(3)}em`;
  }
}
