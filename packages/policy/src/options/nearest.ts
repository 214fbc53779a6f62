/**
 * Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
 * neighbours that turn one word into the other.
 */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

const bare = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, "");

/** A longer word is not compared: it is no slip of the pen, and the work grows with its length. */
const LONGEST = 64;

/** The name that was probably meant, or undefined when none is close. Case, "-" and "_" count for nothing. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  if (wrong.length > LONGEST) return undefined;
  const given = bare(wrong);
  let found: string | undefined;
  let least = Infinity;
  for (const name of names) {
    if (name.length > LONGEST) continue;
    const right = bare(name);
    const steps = distance(given, right);
    if (steps < least && steps <= Math.max(given.length, right.length) / 3) {
      found = name;
      least = steps;
    }
  }
  return found;
}
