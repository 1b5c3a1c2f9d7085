/** The seed of a CA's `index`-th database, from 0: no two have the same pages. */
export function databaseSeed(caSeed: number, index: number): number {
  return caSeed + index * 7919;
}
