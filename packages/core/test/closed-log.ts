import { encodeLogHeader, fillLog, LOG_SEGMENT_BYTES } from '@adcs-backup/ese';

/** A log that the engine writes to no more. */
export interface ClosedLog {
  readonly bytes: Buffer;
  readonly createdAt: Date;
  readonly seal: bigint;
}

export interface ClosedLogShape {
  readonly generation: number;
  /** Logs of another branch of history were created at another time. */
  readonly branch: number;
  readonly logSignature: number;
  /** Another one is another content. */
  readonly seed: number;
}

const SECTORS = 16;
const beganAt = new Date('2026-01-05T08:00:00.123Z');

/** A small valid log that follows `previous`; its time is the one that `validDatabase` has in its header for it. */
export function closeLog(shape: ClosedLogShape, previous: ClosedLog | undefined): ClosedLog {
  const { generation, branch, logSignature, seed } = shape;
  const createdAt = new Date(beganAt.getTime() + generation * 60_000 + branch * 1000);
  const header = {
    generation,
    databasePageSize: 4096,
    createdAt,
    previousSeal: previous?.seal ?? 0n,
    logSignature: { random: logSignature, createdAt: beganAt },
    checkpoint: { generation: 1, sector: 1, byte: 0 },
    attached: [],
    ...(previous === undefined ? {} : { previousCreatedAt: previous.createdAt }),
  };
  const bytes = Buffer.alloc(SECTORS * LOG_SEGMENT_BYTES);
  bytes.set(encodeLogHeader({ ...header, sectorCount: SECTORS }));
  return { bytes, createdAt, seal: fillLog(bytes, { header, seed, segmentCount: SECTORS - 3 }) };
}
