import type { Checks, LibraryInfo, SetCounts } from '@adcs-backup/core';
import { count, exactSize, grouped } from '../output/format.ts';

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

export function checksText({ sizes, objects, contents }: Checks): string {
  const pages = contents === 'not-made' ? 'database pages and logs not checked' : `database pages and logs ${contents}`;
  return `sizes ${sizes}, objects ${objects}, ${pages}`;
}

export function libraryText({ path, version, isSystem }: LibraryInfo): string {
  const named = version === undefined ? path : `${path} ${version}`;
  return isSystem ? named : `${named} (not from the system's Certadm)`;
}
