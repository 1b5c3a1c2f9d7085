import type { ChainTerms, Checks, FileRecord, LibraryInfo, LogFolder, SetCounts, Verdict } from '@adcs-backup/core';
import { bothTimes, count, exactSize, grouped, shortSize } from '../output/format.ts';

/** Parts of a manifest as people read them. */

/** `1,024: 800 new, 200 zero, 24 known`. */
export function blocksText({ blocks, newBlocks, zeroBlocks }: SetCounts): string {
  const known = blocks - newBlocks - zeroBlocks;
  return `${grouped(blocks)}: ${grouped(newBlocks)} new, ${grouped(zeroBlocks)} zero, ${grouped(known)} stored before`;
}

/** `1,024 bytes, 25.0% of what was read`. */
export function storedText({ storedBytes, sourceBytes }: SetCounts): string {
  const share = sourceBytes === 0 ? '' : `, ${((storedBytes / sourceBytes) * 100).toFixed(1)}% of what was read`;
  return `${exactSize(storedBytes)}${share}`;
}

export function readText(files: number, counts: SetCounts): string {
  return `${count(files, 'file')}, ${exactSize(counts.sourceBytes)}`;
}

export function checksText({ sizes, objects, contents, chain }: Checks): string {
  return `sizes ${sizes}, objects ${objects}, database pages and logs ${contents}, log chain ${chain}`;
}

/** `3 to 12`. */
export function logsText(files: readonly FileRecord[]): string {
  const generations = files.flatMap(({ log }) => log?.generation ?? []);
  if (generations.length === 0) return 'none';
  return rangeText({ lowest: Math.min(...generations), highest: Math.max(...generations) });
}

function rangeText({ lowest, highest }: { readonly lowest: number; readonly highest: number }): string {
  return lowest === highest ? String(lowest) : `${lowest} to ${highest}`;
}

/** `62 logs (1 to 62), 62.0 MiB; 40.00 GiB of 80.00 GiB free`. */
export function logFolderText(folder: LogFolder): string {
  if (!folder.readable) return `can't be read: ${folder.reason}`;
  const { logCount, lowestGeneration: lowest, highestGeneration: highest, logBytes, freeBytes, volumeBytes } = folder;
  const range = lowest === undefined || highest === undefined ? '' : ` (${rangeText({ lowest, highest })})`;
  return `${count(logCount, 'log')}${range}, ${shortSize(logBytes)}; ${shortSize(freeBytes)} of ${shortSize(volumeBytes)} free`;
}

/** Whether a set can be restored: one line, then why. */
export function verdictText({ restorable, reachesAt, reasons }: Verdict): string[] {
  const reaches =
    reachesAt === undefined ? '' : `, with at least all that the CA had issued by ${bothTimes(reachesAt)}`;
  const answer = {
    complete: `yes${reaches}`,
    partly: `not to its own end${reaches}`,
    no: 'NO',
  }[restorable];
  return [`Restorable: ${answer}`, ...reasons.map((reason) => `  ${reason}`)];
}

export function libraryText({ path, version, isSystem }: LibraryInfo): string {
  const named = version === undefined ? path : `${path} ${version}`;
  return isSystem ? named : `${named} (not from the system's Certadm)`;
}

export const unsignedText = 'no: who can write to the sink can forge sets';

/** Who can read a set, who stands behind it, and how long nobody can delete it. */
export function protectionRows(terms: ChainTerms, signed: string): [string, string][] {
  const { recipients, lockedUntil } = terms;
  return [
    ['encrypted', recipients === undefined ? 'no: who can read the sink can read the set' : recipientsText(recipients)],
    ['signed', signed],
    ...(lockedUntil === undefined ? [] : [['locked', `until ${bothTimes(lockedUntil)}`] satisfies [string, string]]),
  ];
}

/** `to 2 recipients: age1…, age1…`. */
export function recipientsText(names: readonly string[]): string {
  return `to ${count(names.length, 'recipient')}: ${names.map(shortened).join(', ')}`;
}

/** Post-quantum recipients have 2,000 characters. */
function shortened(name: string): string {
  return name.length <= 80 ? name : `${name.slice(0, 40)}…${name.slice(-8)}`;
}
