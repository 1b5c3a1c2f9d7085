import type { LogHeader } from '../log-header.ts';
import { logFileName } from '../log-name.ts';
import { type SynthesizedLog, synthesizeLog } from './log.ts';

export interface LogStreamShape {
  readonly seed: number;
  readonly firstGeneration: number;
  readonly count: number;
  readonly firstCreatedAt: Date;
  readonly logSignature: LogHeader['logSignature'];
  readonly databasePageSize: number;
  /** Default: none. */
  readonly attached?: LogHeader['attached'];
  /** How much of the last log is in use; by default it is full like the others. */
  readonly lastSegmentCount?: number | undefined;
}

export interface StreamLog extends SynthesizedLog {
  readonly name: string;
  readonly generation: number;
  readonly createdAt: Date;
}

/** How far apart two logs of a made-up stream were created. */
const INTERVAL_MS = 3_600_000;

/** Consecutive logs, each fitting the one before. */
export function* synthesizeLogStream(shape: LogStreamShape): Generator<StreamLog> {
  let previous: StreamLog | undefined;
  for (let index = 0; index < shape.count; index += 1) {
    const generation = shape.firstGeneration + index;
    const createdAt = new Date(shape.firstCreatedAt.getTime() + index * INTERVAL_MS);
    const header = {
      generation,
      createdAt,
      databasePageSize: shape.databasePageSize,
      logSignature: shape.logSignature,
      previousCreatedAt: previous?.createdAt,
      previousSeal: previous?.seal ?? 0n,
      checkpoint: { generation: shape.firstGeneration, sector: 1, byte: 0 },
      // In the log in which databases are created, none is attached yet.
      attached: index === 0 ? [] : (shape.attached ?? []),
    };
    const segmentCount = index === shape.count - 1 ? shape.lastSegmentCount : undefined;
    const log = synthesizeLog({ header, seed: shape.seed, segmentCount });
    previous = { name: logFileName(generation), generation, createdAt, ...log };
    yield previous;
  }
}
