import type { FindingKind } from '@adcs-backup/ese';

/** What a finding means for those who keep the file. */

const changed = 'it was changed after the engine wrote it';
const cut = 'part of the file was lost, or something was added to it';
const misplaced = 'storage wrote or gave back the wrong place, or files were mixed';
const oneBit = 'memory, disk or network turned one bit: look for the hardware at fault';
const overwritten = 'it was overwritten, half-written or lost';
const unsupported = 'nothing is known about its content';
const otherBackup = 'the beginning and the end of the file come from two backups';
const noRestore = 'the engine refuses to restore such a backup';

const meanings: Readonly<Record<FindingKind, string>> = {
  'header-bad': changed,
  'file-type-wrong': 'another file was saved under this name',
  'length-wrong': cut,
  'shadow-header-bad': changed,
  'headers-bad': "the engine can't open this file",
  'page-size-unsupported': unsupported,
  'page-bit-flipped': oneBit,
  'page-misplaced': misplaced,
  'page-bad': overwritten,
  'not-a-streaming-copy': 'it was not made by a backup',
  'trailer-missing': noRestore,
  'trailer-bad': noRestore,
  'trailer-not-last': cut,
  'trailer-mismatch': otherBackup,
  'log-version-unsupported': unsupported,
  'generation-wrong': 'the log was renamed, or another one was saved under this name',
  'segment-bit-flipped': oneBit,
  'segment-misplaced': misplaced,
  'segment-bad': overwritten,
  'segment-missing': 'what was logged there is lost',
  'checkpoint-copy-bad': 'the engine does with the other one',
};

/** Lower case, without a full stop. A kind that another copy of the checks brings has none. */
export function meaningOf(kind: FindingKind): string {
  return meanings[kind];
}
