/** The word that somebody probably meant. */

/** The closest of `candidates` when few letters differ, hyphens and case aside; undefined when none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, '');
  const nearest = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain(word), plain(candidate)) }))
    .sort((left, right) => left.distance - right.distance)[0];
  // Two letters that changed places count as two.
  const few = word.length < 4 ? 1 : Math.max(2, word.length * 0.4);
  return nearest !== undefined && nearest.distance <= few ? nearest.candidate : undefined;
}

/** Levenshtein's, one row at a time. */
function editDistance(from: string, to: string): number {
  const toLetters = [...to];
  let row = toLetters.map((_, index) => index + 1);
  let distance = toLetters.length;
  for (const [fromIndex, fromLetter] of [...from].entries()) {
    let diagonal = fromIndex;
    distance = fromIndex + 1;
    row = row.map((above, toIndex) => {
      const replaced = diagonal + (fromLetter === toLetters[toIndex] ? 0 : 1);
      diagonal = above;
      distance = Math.min(replaced, above + 1, distance + 1);
      return distance;
    });
  }
  return distance;
}
