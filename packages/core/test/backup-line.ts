import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackupEvent,
  type BackupOptions,
  findSet,
  listSets,
  type Manifest,
  type RestoreReport,
  readSet,
  restoreSet,
  type SetEntry,
  type SetVerdict,
  verifySet,
} from '@adcs-backup/core';
import { MemorySink, type MemorySinkOptions, type ScriptedCa } from '@adcs-backup/core/testing';
import { expect } from 'vitest';
import { backUp, TestClock, type TestRun, temporaryFolder } from './arrange.ts';
import { CaHistory, DATABASE_NAME, type DatabaseCopy } from './ca-history.ts';

/** One run after another, an hour apart, of one CA into one sink. */

/** What a restore of a set must give. */
export interface Expected {
  readonly database: DatabaseCopy;
  readonly logs: Readonly<Record<string, Buffer>>;
}

export interface LineRun extends TestRun {
  readonly events: readonly BackupEvent[];
}

export interface RunOptions extends Partial<BackupOptions> {
  /** Changes what this run meets. */
  readonly script?: ScriptedCa;
}

export class BackupLine {
  readonly ca: CaHistory;
  readonly clock: TestClock = new TestClock('2026-11-01T10:00:00Z');
  readonly sink: MemorySink;
  /** By label. */
  readonly expected: Map<string, Expected> = new Map();

  constructor(ca: CaHistory = new CaHistory(), options: Pick<MemorySinkOptions, 'versions' | 'retention'> = {}) {
    this.ca = ca;
    this.sink = new MemorySink({ now: () => this.clock.now(), ...options });
  }

  async run(type: BackupOptions['type'], { script, ...options }: RunOptions = {}): Promise<LineRun> {
    this.clock.time = new Date(this.clock.time.getTime() + 3600_000);
    const events: BackupEvent[] = [];
    const observe = (event: BackupEvent): void => {
      events.push(event);
      options.observe?.(event);
    };
    const [sink] = options.sinks ?? [this.sink];
    const run = await backUp(sink, this.ca.script(script), { type, clock: this.clock, ...options, observe });
    await this.#recordNew();
    return { ...run, events };
  }

  /** A run that must seal a set. */
  async sealed(type: BackupOptions['type'], options: RunOptions = {}): Promise<Manifest> {
    const { result } = await this.run(type, options);
    if (result.at === 'failed') throw result.error;
    return result.manifest;
  }

  /** A full set that truncates, which logs-only sets can build on. */
  async full(): Promise<Manifest> {
    return await this.sealed('full', { truncateLogs: true });
  }

  async entry(label = 'latest'): Promise<SetEntry> {
    return await findSet(this.sink, { label });
  }

  async verify(label = 'latest'): Promise<SetVerdict> {
    return await verifySet(this.sink, await this.entry(label), { readData: 100, ese: true });
  }

  /** The set verifies, and restores to what the CA had when it was taken. */
  async expectSound(label: string): Promise<void> {
    expect(await this.verify(label)).toMatchObject({ intact: true, sound: true, findings: [], contentFindings: [] });
    const to = temporaryFolder();
    const report = await restoreSet(this.sink, await this.entry(label), { to });
    expect(report).toMatchObject({ sound: true, verdict: { restorable: 'complete' } });
    this.expectFiles(report, this.#expectedOf(label));
    rmSync(to, { recursive: true });
  }

  expectFiles({ to }: RestoreReport, { database, logs }: Expected): void {
    const folder = join(to, 'DataBase');
    const files = { [DATABASE_NAME]: database.bytes, ...logs };
    expect(new Set(readdirSync(folder))).toEqual(new Set([...Object.keys(files), 'certbkxp.dat']));
    for (const [name, bytes] of Object.entries(files)) {
      expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true);
    }
  }

  #expectedOf(label: string): Expected {
    const expected = this.expected.get(label);
    if (expected === undefined) throw new Error(`nothing is known of ${label}`);
    return expected;
  }

  /** Also of a set whose run failed because the answer of the sink was lost. */
  async #recordNew(): Promise<void> {
    for (const entry of await listSets(this.sink)) {
      if (!this.expected.has(entry.label.text)) this.#record((await readSet(this.sink, entry)).manifest);
    }
  }

  #record({ label, base }: Manifest): void {
    const database = base === undefined ? this.ca.lastDatabase : this.expected.get(base)?.database;
    if (database === undefined) throw new Error(`no database was handed out for ${label}`);
    this.expected.set(label, { database, logs: this.ca.logsFrom(database.genLow) });
  }
}
