import {
  type BackupOptions,
  findSet,
  listSets,
  type Manifest,
  restoreSet,
  type SetEntry,
  type SetVerdict,
  verifySet,
} from '@adcs-backup/core';
import type { MemoryObject, MemorySink } from '@adcs-backup/core/testing';
import { expect } from 'vitest';
import { temporaryFolder } from './arrange.ts';
import { BackupLine, type RunOptions } from './backup-line.ts';
import { CaHistory } from './ca-history.ts';
import { type TestSigner, testSigner } from './signers.ts';

/** Runs of a host that signs, and trusts nobody else. */
export class SignedLine {
  readonly line: BackupLine;
  readonly keys: TestSigner = testSigner();

  constructor(options: { readonly versions?: boolean } = {}) {
    this.line = new BackupLine(new CaHistory(), options);
    this.line.ca.issue(2);
  }

  get sink(): MemorySink {
    return this.line.sink;
  }

  async sealed(type: BackupOptions['type'], options: RunOptions = {}): Promise<Manifest> {
    this.line.ca.issue();
    return await this.line.sealed(type, { truncateLogs: true, ...this.keys, ...options });
  }

  async entry(label: string): Promise<SetEntry> {
    return await findSet(this.sink, { label });
  }

  /** Who trusts the host's key alone gets what the CA had. */
  async expectRestores(label: string): Promise<void> {
    const to = temporaryFolder();
    const { trusted } = this.keys;
    const report = await restoreSet(this.sink, await this.entry(label), { to, trusted });
    expect(report).toMatchObject({ sound: true, verdict: { restorable: 'complete' } });
    const expected = this.line.expected.get(label);
    if (expected === undefined) throw new Error(`nothing is known of ${label}`);
    this.line.expectFiles(report, expected);
  }

  /** Of all sets, each with those before it. */
  async verdicts(sink: MemorySink = this.sink): Promise<readonly SetVerdict[]> {
    const earlier: SetVerdict[] = [];
    const { trusted } = this.keys;
    for (const entry of await listSets(sink)) {
      earlier.push(await verifySet(sink, entry, { readData: 100, trusted, earlier }));
    }
    return earlier;
  }

  /** Codes and the last parts of keys of all that is found wrong. */
  async findings(): Promise<readonly string[]> {
    const all = (await this.verdicts()).flatMap(({ findings }) => findings);
    return all.map(({ code, key }) => `${code} ${key.split('/').slice(3).join('/')}`);
  }
}

/** The sink as it is, to be brought back. */
export function copyOf({ objects }: MemorySink): ReadonlyMap<string, MemoryObject> {
  return new Map(objects);
}

export function bringBack({ objects }: MemorySink, copy: ReadonlyMap<string, MemoryObject>): void {
  objects.clear();
  for (const [key, object] of copy) objects.set(key, object);
}

/** Puts what somebody else made under the names of another label, in the same or another chain. */
export function plant(sink: MemorySink, from: string, to: { readonly label: string; readonly chain?: string }): void {
  const toChain = to.chain ?? to.label.replace(/-.*/, '');
  for (const [key, object] of [...sink.objects].filter(([each]) => each.includes(from))) {
    const [root = '', ca = '', chain = '', ...rest] = key.split('/');
    const place = [root, ca, toChain, ...rest].join('/').replaceAll(from, to.label);
    const isText = key.endsWith('.json');
    const text = Buffer.from(object.bytes).toString().replaceAll(`"${from}"`, `"${to.label}"`);
    const moved = Buffer.from(text.replaceAll(`"${chain}"`, `"${toChain}"`));
    sink.objects.set(place, { ...object, bytes: isText ? moved : object.bytes });
  }
}
