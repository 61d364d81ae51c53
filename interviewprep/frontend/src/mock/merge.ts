// Two windows wrote in one text: how both come into it.

/** Return what `mine` and `theirs` make of `base` together; nothing of either is lost.
 *
 * Changes in different lines are both made, and what both appended stands one after the other. Where
 * both changed the same lines, theirs stays and mine follows below, each line after `mark`.
 */
export function merge(base: string, mine: string, theirs: string, mark = ""): string {
  if (mine === theirs || mine === base) return theirs;
  if (theirs === base || mine.startsWith(theirs)) return mine;
  if (theirs.startsWith(mine)) return theirs;
  if (mine.startsWith(base) && theirs.startsWith(base)) return below(theirs, mine.slice(base.length));
  const [before, ours, others] = [base.split("\n"), mine.split("\n"), theirs.split("\n")];
  const [a, b] = [change(before, ours), change(before, others)];
  if (a.to <= b.from || b.to <= a.from) {
    const [first, second] = a.from < b.from || a.to <= b.from ? [a, b] : [b, a];
    return [
      ...before.slice(0, first.from),
      ...first.lines,
      ...before.slice(first.to, second.from),
      ...second.lines,
      ...before.slice(second.to),
    ].join("\n");
  }
  const kept = ["Written in another window at the same time:", ...a.lines].map((line) => mark + line);
  return below(theirs, `\n${kept.join("\n")}`);
}

function below(text: string, more: string): string {
  const needsLine = text !== "" && !text.endsWith("\n") && !more.startsWith("\n");
  return text + (needsLine ? "\n" : "") + more;
}

type Change = { from: number; to: number; lines: string[] };

/** The one run of lines of `before` that `after` replaces. */
function change(before: string[], after: string[]): Change {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from: start, to: before.length - end, lines: after.slice(start, after.length - end) };
}

/** Where a caret at `place` of `before` stands in `after`: behind the same letters. */
export function caretAfter(before: string, after: string, place: number): number {
  let same = 0;
  while (same < place && before[same] === after[same]) same += 1;
  if (same === place) return place;
  const rest = before.slice(place);
  return after.endsWith(rest) ? after.length - rest.length : Math.min(place, after.length);
}
