import { isHeaderValid } from '../header-checksum.ts';
import { type LogPosition, readLogPosition } from '../log-position.ts';
import { type CheckResult, FindingList } from './finding.ts';
import { HeadBuffer } from './head-buffer.ts';
import { readRawSignature } from './raw-fact.ts';

export interface CheckpointFacts {
  /** Where recovery would begin. */
  readonly position: LogPosition;
  /** 56 hexadecimal digits. */
  readonly logSignature: string;
}

export interface CheckpointCheckResult extends CheckResult {
  /** Of the first good copy; undefined when there is none. */
  readonly facts: CheckpointFacts | undefined;
}

const COPY_BYTES = 4096;
const FILE_BYTES = 2 * COPY_BYTES;
const FILE_TYPE_OFFSET = 667;
const CHECKPOINT_FILE = 4;

/** Checks a whole checkpoint file: two copies of 4096 bytes, of which the engine needs one. */
export function checkCheckpoint(file: Uint8Array): CheckpointCheckResult {
  return checkCopies(file, file.length);
}

/** As {@link checkCheckpoint}, while the file is read. Keeps no more of it than a checkpoint file has. */
export class CheckpointChecker {
  readonly #head = new HeadBuffer(FILE_BYTES);
  #sizeBytes = 0;

  feed(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.length;
    this.#head.take(bytes);
  }

  end(): CheckpointCheckResult {
    return checkCopies(this.#head.bytes, this.#sizeBytes);
  }
}

/** `file`: as much of it as a checkpoint file has. */
function checkCopies(file: Uint8Array, sizeBytes: number): CheckpointCheckResult {
  const findings = new FindingList();
  if (sizeBytes !== FILE_BYTES) {
    const message = `the file has ${sizeBytes} bytes, not ${FILE_BYTES}`;
    findings.error({ kind: 'length-wrong', offset: Math.min(sizeBytes, FILE_BYTES), message });
  }
  const copies = [0, COPY_BYTES].map((offset) => ({ offset, view: goodCopy(file, offset) }));
  const good = copies.find(({ view }) => view !== undefined)?.view;
  if (good === undefined) {
    findings.error({ kind: 'headers-bad', offset: 0, message: 'neither copy of the checkpoint is good' });
    return { ...findings.result(sizeBytes), facts: undefined };
  }
  for (const { offset, view } of copies) {
    if (view !== undefined) continue;
    const which = offset === 0 ? 'first' : 'second';
    findings.warning({ kind: 'checkpoint-copy-bad', offset, message: `the ${which} copy of the checkpoint is bad` });
  }
  const fileType = good.getUint8(FILE_TYPE_OFFSET);
  if (fileType !== 0 && fileType !== CHECKPOINT_FILE) {
    const message = `the header is that of a file of type ${fileType}, not of a checkpoint`;
    findings.error({ kind: 'file-type-wrong', offset: FILE_TYPE_OFFSET, message });
  }
  const facts = { position: readLogPosition(good, 12), logSignature: readRawSignature(good, 20) };
  return { ...findings.result(sizeBytes), facts };
}

function goodCopy(file: Uint8Array, offset: number): DataView | undefined {
  const copy = file.subarray(offset, offset + COPY_BYTES);
  if (copy.length < COPY_BYTES || !isHeaderValid(copy)) return undefined;
  return new DataView(copy.buffer, copy.byteOffset, COPY_BYTES);
}
