/** The parameter that somebody probably meant. */

/** The candidate with the fewest letters to change; undefined when none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, '');
  const nearest = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain(word), plain(candidate)) }))
    .sort((one, other) => one.distance - other.distance)[0];
  return nearest !== undefined && nearest.distance <= Math.max(1, word.length * 0.4) ? nearest.candidate : undefined;
}

/** Levenshtein's, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [fromIndex, fromLetter] of [...from].entries()) {
    const next = [fromIndex + 1];
    for (const [toIndex, toLetter] of [...to].entries()) {
      const replaced = (row[toIndex] ?? 0) + (fromLetter === toLetter ? 0 : 1);
      next.push(Math.min(replaced, (row[toIndex + 1] ?? 0) + 1, (next[toIndex] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
