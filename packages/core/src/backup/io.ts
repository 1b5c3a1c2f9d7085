import type { SetType } from '../certsrv.ts';
import type { RunSinks } from '../group/run-sinks.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { Encoder } from '../store/encoder.ts';
import type { BackupOptions, Clock } from './options.ts';
import type { RunLog } from './run-log.ts';

/** What the steps work with besides their state. */
export interface BackupIo {
  readonly options: BackupOptions;
  readonly sinks: RunSinks;
  readonly type: SetType;
  /** Logs only were chosen, not asked for: where they don't do, the run fails, and a full one follows. */
  readonly isTrial: boolean;
  readonly clock: Clock;
  readonly encoder: Encoder;
  readonly log: RunLog;
  /** Every sealed set in any of the sinks, as listed before the session. */
  readonly sets: readonly SetEntry[];
  readonly startedAt: Date;
}
