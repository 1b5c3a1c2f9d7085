import { isHeaderValid } from '../header-checksum.ts';
import { hasHeader } from './database-headers.ts';

/** Files whose content can be checked. */
export type FileKind = 'database' | 'log' | 'checkpoint' | 'flush-map';

/** A file that holds nothing to check, and why. */
export interface NotChecked {
  readonly reason: string;
}

interface NameRule {
  readonly pattern: RegExp;
  readonly means: FileKind | NotChecked;
}

/** Of the first rule that fits counts. The log names are those of base `edb`, which Certificate Services uses. */
const NAME_RULES: readonly NameRule[] = [
  { pattern: /^edbtmp\.log$/i, means: { reason: 'the next log while it is prepared: belongs to no backup' } },
  { pattern: /^edbres\d+\.jrs$|^res[12]\.log$/i, means: { reason: 'keeps disk space for logs: has no content' } },
  { pattern: /^tmp\.edb$/i, means: { reason: "the engine's temporary database: belongs to no backup" } },
  { pattern: /^certbkxp\.dat$/i, means: { reason: 'names where the files were: not a file of the engine' } },
  {
    pattern: /\.pat$/i,
    means: { reason: 'patch file of an older engine: the trailer in the database holds the same' },
  },
  { pattern: /^edb([0-9a-f]{5}|[0-9a-f]{8})?\.log$/i, means: 'log' },
  { pattern: /^edb\.chk$/i, means: 'checkpoint' },
  { pattern: /\.edb$/i, means: 'database' },
  { pattern: /\.jfm$/i, means: 'flush-map' },
];

const FILE_TYPE_OFFSET = 667;
const LOG_FILE = 3;
const CHECKPOINT_FILE = 4;
const FLUSH_MAP_FILE = 7;

/** What a file is by its name; undefined when the name doesn't tell. */
export function kindByName(name: string): FileKind | NotChecked | undefined {
  return NAME_RULES.find(({ pattern }) => pattern.test(name))?.means;
}

/** What a file is by its first 64 KiB, of which it may have fewer: by a header that is whole. */
export function kindByHead(head: Uint8Array): FileKind | NotChecked {
  if (head.length === 0) return { reason: 'the file is empty' };
  if (hasHeader(head)) return 'database';
  if (isHeaderOf(head, { at: 0, sizeBytes: 4096 }, LOG_FILE)) return 'log';
  const isCheckpoint = [0, 4096].some((at) => isHeaderOf(head, { at, sizeBytes: 4096 }, CHECKPOINT_FILE));
  if (isCheckpoint) return 'checkpoint';
  if (isHeaderOf(head, { at: 0, sizeBytes: 8192 }, FLUSH_MAP_FILE)) return 'flush-map';
  return { reason: 'not recognised as a database, log, checkpoint or flush map' };
}

interface HeaderPlace {
  readonly at: number;
  readonly sizeBytes: number;
}

function isHeaderOf(head: Uint8Array, { at, sizeBytes }: HeaderPlace, fileType: number): boolean {
  const header = head.subarray(at, at + sizeBytes);
  return header.length === sizeBytes && header[FILE_TYPE_OFFSET] === fileType && isHeaderValid(header);
}
