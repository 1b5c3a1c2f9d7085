import { hash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackupOptions,
  listSets,
  type Manifest,
  readSet,
  restoreSet,
  type SetEntry,
  verifySet,
} from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { MemorySink, ScriptedCa } from '@adcs-backup/core/testing';
import { logFileName } from '@adcs-backup/ese';
import { expect } from 'vitest';
import { backUp, TestClock, type TestRun, temporaryFolder } from './arrange.ts';
import { CaHistory, type CaState, DATABASE_NAME, type DatabaseCopy } from './ca-history.ts';
import { WatchedSink } from './watched-sink.ts';

/** One run after another, an hour apart, of one CA into several sinks. */

export interface SeveralOptions extends Partial<Omit<BackupOptions, 'sinks'>> {
  /** Instead of all of them as they are. */
  readonly sinks?: readonly BackupSink[];
  /** Changes what this run meets. */
  readonly script?: ScriptedCa;
}

/** What the CA was when a set was taken. */
interface Taken {
  /** As handed out, in a full set. */
  readonly database: DatabaseCopy | undefined;
  readonly written: CaState['written'];
}

export class SeveralLine {
  readonly ca: CaHistory;
  readonly clock: TestClock = new TestClock('2026-11-01T10:00:00Z');
  readonly sinks: readonly WatchedSink[];
  /** By label. */
  readonly #taken: Map<string, Taken> = new Map();

  constructor(names: readonly string[] = ['a', 'b'], ca: CaHistory = new CaHistory([1, 2, 0, 3, 4])) {
    this.ca = ca;
    this.sinks = names.map((name) => new WatchedSink(name, { now: () => this.clock.now() }));
  }

  /** The first two. */
  get pair(): readonly [WatchedSink, WatchedSink] {
    const [a, b] = this.sinks;
    if (a === undefined || b === undefined) throw new Error('there is one sink');
    return [a, b];
  }

  async run(type: BackupOptions['type'], { script, sinks, ...options }: SeveralOptions = {}): Promise<TestRun> {
    this.clock.time = new Date(this.clock.time.getTime() + 3600_000);
    const [first, ...others] = sinks ?? this.sinks;
    if (first === undefined) throw new Error('no sink was named');
    const all = { sinks: [first, ...others] } as const;
    const run = await backUp(first, this.ca.script(script), { type, clock: this.clock, ...options, ...all });
    await this.recordNew();
    return run;
  }

  /** A run that must seal a set. */
  async sealed(type: BackupOptions['type'], options: SeveralOptions = {}): Promise<Manifest> {
    const { result } = await this.run(type, options);
    if (result.at === 'failed') throw result.error;
    return result.manifest;
  }

  /** Keeps what the CA is for sets that are new in any sink: also of a run that was killed. */
  async recordNew(): Promise<void> {
    for (const { memory } of this.sinks) {
      for (const { label } of await listSets(memory)) {
        if (this.#taken.has(label.text)) continue;
        const database = label.type === 'full' ? this.ca.lastDatabase : undefined;
        this.#taken.set(label.text, { database, written: this.ca.state.written });
      }
    }
  }

  /**
   * In each sink by itself every set is whole, and was so from the moment it was sealed.
   * @param isKnown sets that are not looked at again
   */
  async expectAllWhole(isKnown: (id: string) => boolean = () => false): Promise<void> {
    for (const { memory, early, location } of this.sinks) {
      expect(early).toEqual([]);
      for (const entry of await listSets(memory)) {
        if (isKnown(`${location} ${entry.label.text}`)) continue;
        const verdict = await verifySet(memory, entry, { readData: 100 });
        // A sink that was down gets the sets before this one later.
        const findings = verdict.findings.filter(({ code, key }) => code !== 'history-broken' || wasPut(memory, key));
        expect(findings, entry.label.text).toEqual([]);
        if (verdict.sound === true) expect(verdict.verdict?.restorable, entry.label.text).toBe('complete');
      }
    }
  }

  /** Besides, each sound one restores to what the CA was: the newest from each sink, the others from one. */
  async expectAllGood(): Promise<void> {
    await this.expectAllWhole();
    for (const [index, sink] of this.sinks.entries()) {
      for (const [age, entry] of [...(await listSets(sink.memory))].reverse().entries()) {
        if (age > 0 && age % this.sinks.length !== index) continue;
        if ((await readSet(sink.memory, entry)).manifest.sound) await this.expectRestores(sink, entry);
      }
    }
  }

  async expectRestores({ memory }: WatchedSink, entry: SetEntry): Promise<void> {
    const isBase = ({ chain, label }: SetEntry): boolean =>
      chain === entry.chain && label.type === 'full' && label.text <= entry.label.text;
    const database = this.#taken.get((await listSets(memory)).findLast(isBase)?.label.text ?? '')?.database;
    const written = this.#taken.get(entry.label.text)?.written;
    if (database === undefined || written === undefined) throw new Error(`nothing is known of ${entry.label.text}`);
    const to = temporaryFolder();
    expect(await restoreSet(memory, entry, { to })).toMatchObject({ verdict: { restorable: 'complete' } });
    const logs = [...written].filter(([generation]) => generation >= database.genLow);
    const files = logs.map(([generation, { bytes }]) => [logFileName(generation), bytes] as const);
    for (const [name, bytes] of [[DATABASE_NAME, database.bytes] as const, ...files]) {
      expect(readFileSync(join(to, 'DataBase', name)).equals(bytes), `${name} of ${entry.label.text}`).toBe(true);
    }
    rmSync(to, { recursive: true });
  }

  /** All sinks hold the same sets of the newest chain, byte for byte, with all that they refer to. */
  async expectSameChain(): Promise<void> {
    const [chain = ''] = (await Promise.all(this.sinks.map(({ memory }) => newestChain(memory)))).toSorted().slice(-1);
    const contents = await Promise.all(this.sinks.map(({ memory }) => chainContents(memory, chain)));
    expect(contents[0]?.size).toBeGreaterThan(3);
    for (const other of contents) expect(other).toEqual(contents[0]);
  }
}

function wasPut({ calls }: MemorySink, wanted: string): boolean {
  return calls.some(({ method, key }) => method === 'put' && key === wanted);
}

async function newestChain(sink: BackupSink): Promise<string> {
  return (await listSets(sink)).at(-1)?.chain ?? '';
}

/** Digests of what the sets of a chain consist of, by key. What interrupted runs left counts only where a set needs it. */
async function chainContents(memory: MemorySink, chain: string): Promise<ReadonlyMap<string, string | undefined>> {
  const stored = contentsOf(memory);
  const keys = new Set([...stored.keys()].filter((key) => key.startsWith('sets/') && key.includes(`/${chain}/`)));
  for (const entry of (await listSets(memory)).filter((set) => set.chain === chain)) {
    const { maps, packs } = (await readSet(memory, entry)).manifest;
    keys.add(`data/${entry.caId}/${chain}/${entry.label.text}/begin.json`);
    for (const { key } of [...maps, ...packs]) keys.add(key);
  }
  return new Map([...keys].map((key) => [key, stored.get(key)]));
}

/** Digests of what is stored by key, of the keys that have `part`. */
export function contentsOf({ objects }: MemorySink, part = ''): ReadonlyMap<string, string> {
  const chosen = [...objects].filter(([key]) => key.includes(part));
  return new Map(chosen.map(([key, { bytes }]) => [key, hash('sha256', bytes)] as const));
}

/** How a run stands with each sink. */
export function standings({ result }: TestRun): readonly string[] {
  return result.at === 'failed' ? [] : result.sinks.map(({ at }) => at);
}

/** The newest set of a sink. */
export async function newestOf({ memory }: WatchedSink): Promise<Manifest> {
  const entry = (await listSets(memory)).at(-1);
  if (entry === undefined) throw new Error('there is no set');
  return (await readSet(memory, entry)).manifest;
}
