// A typed answer beside the right one, letter by letter (longest common subsequence).

export interface Piece {
  kind: "same" | "missing" | "extra";
  text: string;
}

const LONGEST = 600;

/** Compare ignoring case and outer space; `null` where the texts are too long to be worth it. */
export function compare(typed: string, expected: string): Piece[] | null {
  const left = [...typed.trim().replace(/\s+/g, " ")];
  const right = [...expected.trim().replace(/\s+/g, " ")];
  if (left.length > LONGEST || right.length > LONGEST) return null;
  const same = (i: number, j: number): boolean =>
    left[i]!.toLowerCase() === right[j]!.toLowerCase();
  const width = right.length + 1;
  const best = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      best[i * width + j] = same(i, j)
        ? best[(i + 1) * width + j + 1]! + 1
        : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
  }
  const pieces: Piece[] = [];
  const add = (kind: Piece["kind"], text: string): void => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && same(i, j)) {
      add("same", right[j]!);
      i++;
      j++;
    } else if (i < left.length && (j === right.length || best[(i + 1) * width + j]! >= best[i * width + j + 1]!)) {
      add("extra", left[i++]!);
    } else {
      add("missing", right[j++]!);
    }
  }
  return pieces;
}

/** Whether a typed answer is right, case and spacing aside. */
export function matches(pieces: Piece[]): boolean {
  return pieces.every((piece) => piece.kind === "same");
}
