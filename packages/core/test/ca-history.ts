import type { LogFolder, SetType } from '@adcs-backup/core';
import { AdcsBackupError } from '@adcs-backup/core';
import type { ScriptedCa, ScriptedCall } from '@adcs-backup/core/testing';
import { logFileName } from '@adcs-backup/ese';
import { type ClosedLog, closeLog } from './closed-log.ts';
import { validDatabase } from './valid-files.ts';

/** A made-up CA that lives on between sessions, as the engine does. */

export const DATABASE_NAME = 'Test CA.edb';

/** Everything that the revert of a virtual machine brings back. */
export interface CaState {
  /** Of the database's blocks. */
  readonly seeds: readonly number[];
  /** Counts what was issued. */
  readonly changes: number;
  /** Generation of the log that is written to. */
  readonly current: number;
  /** Branch of history in which that log was created. */
  readonly currentBranch: number;
  /** Closed logs, by generation: those that are there, and all that this history wrote. */
  readonly onDisk: ReadonlyMap<number, ClosedLog>;
  readonly written: ReadonlyMap<number, ClosedLog>;
  /** Log that was current when the last full backup that the engine counts began. */
  readonly remembered: number | undefined;
}

/** A copy of the database as a session handed it out. */
export interface DatabaseCopy {
  readonly bytes: Buffer;
  readonly genLow: number;
}

export interface Signatures {
  readonly signature?: number;
  readonly logSignature?: number;
}

export class CaHistory {
  /** What the last full session handed out. */
  lastDatabase: DatabaseCopy | undefined;
  /** What becomes of a session's files on their way. */
  damage: (session: ScriptedCa) => ScriptedCa = (session) => session;
  #state: CaState;
  #branch = 0;
  readonly #signatures: Signatures;

  constructor(seeds: readonly number[] = [1, 2, 0, 3], signatures: Signatures = {}) {
    const written = new Map<number, ClosedLog>();
    this.#state = { seeds, changes: 0, current: 1, currentBranch: 0, onDisk: written, written, remembered: undefined };
    this.#signatures = signatures;
  }

  get state(): CaState {
    return this.#state;
  }

  /** Certificates are issued: a block of the database changes, and so many logs get full. */
  issue(logs = 1): void {
    for (let count = 0; count < logs; count += 1) {
      const changes = this.#state.changes + 1;
      const at = changes % this.#state.seeds.length;
      const seeds = this.#state.seeds.with(at, 100 * (this.#branch + 1) + changes);
      this.#state = { ...this.#state, changes, seeds };
      this.#roll();
    }
  }

  /** The machine goes back to a state that it was in; from here on its history is another one. */
  revert(state: CaState): void {
    this.#state = state;
    this.#branch += 1;
  }

  /** Another tool takes a full backup, which deletes logs. */
  truncateElsewhere(): void {
    const { current } = this.#state;
    this.#roll();
    this.#truncate();
    this.#state = { ...this.#state, remembered: current };
  }

  /** Logs of this history from a generation on, truncated ones too, by name. */
  logsFrom(generation: number): Record<string, Buffer> {
    const logs = [...this.#state.written].filter(([each]) => each >= generation);
    return Object.fromEntries(logs.map(([each, { bytes }]) => [logFileName(each), bytes]));
  }

  /** What a run meets. `more` may change what a session hands out, and make calls fail. */
  script({ beforeCall, prepare, ...more }: ScriptedCa = {}): ScriptedCa {
    let type: SetType = 'full';
    let mark = 0;
    let hasTruncated = false;
    return {
      caName: 'Test CA',
      logFolder: () => this.logFolder(),
      ...more,
      prepare: (wanted) => {
        type = wanted;
        mark = this.#state.current;
        hasTruncated = false;
        const session = type === 'full' ? this.#fullSession() : this.#logsSession();
        return { ...this.damage(session), ...more, ...prepare?.(type) };
      },
      beforeCall: async (call, index) => {
        await beforeCall?.(call, index);
        hasTruncated ||= call === 'truncateLogs';
        this.#happen(call);
        if (call === 'end' && hasTruncated && type === 'full') this.#state = { ...this.#state, remembered: mark };
      },
    };
  }

  logFolder(): LogFolder {
    const generations = [...this.#state.onDisk.keys()];
    const range = { lowestGeneration: Math.min(...generations), highestGeneration: Math.max(...generations) };
    return {
      readable: true,
      path: 'C:\\CertLog',
      logCount: generations.length,
      ...(generations.length === 0 ? {} : range),
      logBytes: generations.length * 1024 ** 2,
      freeBytes: 50 * 1024 ** 3,
      volumeBytes: 100 * 1024 ** 3,
    };
  }

  #happen(call: ScriptedCall): void {
    if (call === 'logFiles') this.#roll();
    if (call === 'truncateLogs') this.#truncate();
  }

  #fullSession(): ScriptedCa {
    const { seeds, current, currentBranch, remembered } = this.#state;
    const genLow = this.#checkpoint();
    const bytes = validDatabase({
      ...this.#signatures,
      seeds,
      genLow,
      genHigh: current,
      markGeneration: current,
      history: currentBranch,
      ...(remembered === undefined ? {} : { previousMarkGeneration: remembered }),
    });
    this.lastDatabase = { bytes, genLow };
    return { databases: { [DATABASE_NAME]: bytes }, logs: this.#logsAfterRoll(genLow) };
  }

  #logsSession(): ScriptedCa {
    if (this.#state.remembered === undefined) {
      throw new AdcsBackupError('full-backup-missing', '0xC8000230: a full backup must come first');
    }
    return { databases: {}, logs: this.#logsAfterRoll(0) };
  }

  /** Listing closes the current log, so it is among them. */
  #logsAfterRoll(lowest: number): Record<string, Uint8Array> {
    const logs = [...this.#state.onDisk, [this.#state.current, this.#closed()] as const];
    const listed = logs.filter(([generation]) => generation >= lowest);
    return Object.fromEntries(listed.map(([generation, { bytes }]) => [logFileName(generation), bytes]));
  }

  /** One log behind the current one. */
  #checkpoint(): number {
    return Math.max(1, this.#state.current - 1);
  }

  #closed(): ClosedLog {
    const { current, currentBranch, written, changes } = this.#state;
    const { logSignature = 77 } = this.#signatures;
    const seed = 1 + this.#branch * 10_000 + changes;
    return closeLog({ generation: current, branch: currentBranch, logSignature, seed }, written.get(current - 1));
  }

  #roll(): void {
    const { current, onDisk, written } = this.#state;
    const log = this.#closed();
    this.#state = {
      ...this.#state,
      onDisk: new Map([...onDisk, [current, log]]),
      written: new Map([...written, [current, log]]),
      current: current + 1,
      currentBranch: this.#branch,
    };
  }

  #truncate(): void {
    const lowest = this.#checkpoint();
    const onDisk = new Map([...this.#state.onDisk].filter(([generation]) => generation >= lowest));
    this.#state = { ...this.#state, onDisk };
  }
}
