import { sealHeader } from './header-checksum.ts';
import { type LogPosition, readLogPosition, writeLogPosition } from './log-position.ts';
import { type Signature, writeSignature } from './signature.ts';

const COPY_BYTES = 4096;
const CHECKPOINT_FILE = 4;

export interface Checkpoint {
  /** Where recovery would begin; a full backup needs the logs from here on. */
  readonly position: LogPosition;
  readonly logSignature: Signature;
}

/** A whole checkpoint file (`edb.chk`): two equal copies. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const copy = new Uint8Array(COPY_BYTES);
  const view = new DataView(copy.buffer);
  writeLogPosition(view, 12, checkpoint.position);
  writeSignature(view, 20, checkpoint.logSignature);
  view.setUint8(667, CHECKPOINT_FILE);
  sealHeader(copy);
  return Buffer.concat([copy, copy]);
}

/** Where recovery would begin, by one copy of the file. The checksum isn't looked at. */
export function decodeCheckpointPosition(copy: Uint8Array): LogPosition {
  return readLogPosition(new DataView(copy.buffer, copy.byteOffset, copy.byteLength), 12);
}
