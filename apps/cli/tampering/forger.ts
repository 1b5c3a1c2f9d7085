import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectSigner } from '@adcs-backup/core';
import { signerOf } from '@adcs-backup/keys';
import { createCa } from '@adcs-backup/standin';
import { backUp } from '../test/told-backup.ts';
import { keyOf, type SignedPart } from './keys-of-set.ts';
import { newSigningKey, type StoredSet, type Story, setOf } from './story.ts';
import { FolderStore, type TamperedStore } from './tampered-store.ts';

/** Somebody who may write to the sink, knows all that is public, and has a signing key that nobody trusts. */

export type Signing = 'by another key' | 'not' | 'with signatures of other objects';

export const signings: readonly Signing[] = ['by another key', 'not', 'with signatures of other objects'];

export interface Forger {
  /** A whole set of a CA of the same name, with other contents. */
  readonly set: StoredSet;
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly signer: ObjectSigner;
}

export async function newForger({ folder, recipient, sets }: Story): Promise<Forger> {
  const home = join(folder, 'forger');
  const sink = join(home, 'sink');
  await mkdir(sink, { recursive: true });
  const keyFile = join(home, 'forger.key');
  await newSigningKey(keyFile);
  const ca = await createCa(join(home, 'ca'), { name: sets.first.ca, seed: 9, databaseBytes: 256 * 1024, logCount: 4 });
  const flags = ['--signing-key', keyFile, ...(recipient === undefined ? [] : ['--recipient', recipient])];
  const place = { folder: home, sink, ca, backup: ['backup', sink, '--certadm', ca.library, ...flags] };
  const set = await setOf(place, await backUp(place));
  const store = new FolderStore(sink);
  const objects = new Map<string, Buffer>();
  for (const key of await store.keys()) objects.set(key, await store.get(key));
  return { set, objects, signer: signerOf(await readFile(keyFile, 'utf8'), keyFile) };
}

export interface Planting {
  readonly store: TamperedStore;
  readonly story: Story;
  readonly forger: Forger;
  readonly signing: Signing;
}

/** The forger's set becomes the newest of our CA. */
export async function plantSet({ store, forger, ...planting }: Planting): Promise<void> {
  for (const [key, bytes] of forger.objects) {
    if (key.endsWith('.minisig')) continue;
    await store.put(key, bytes);
    const part = key.endsWith('.outcome.json') ? 'outcome' : key.startsWith('sets/') ? 'manifest' : partIn(key);
    if (part !== undefined) await plantSignature({ store, forger, ...planting }, key, part);
  }
}

function partIn(key: string): SignedPart | undefined {
  return key.endsWith('/begin.json') ? 'begin' : key.includes('/map-') ? 'map' : undefined;
}

async function plantSignature(
  { store, story, forger, signing }: Planting,
  key: string,
  part: SignedPart,
): Promise<void> {
  if (signing === 'not') return;
  const signature =
    signing === 'by another key'
      ? forger.signer.sign(await store.get(key), key)
      : await store.get(keyOf(story.sets.second, `${part}'s signature`));
  await store.put(`${key}.minisig`, signature);
}

/** Label of a full set, as a run that began a second later would have it. */
export function secondAfter(label: string): string {
  const time = label.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z');
  const later = new Date(Date.parse(time) + 1000).toISOString();
  return `${later.slice(0, 19).replaceAll(/[-:]/g, '')}Z-full`;
}

/** Begin and map of a run that nobody ended: each two neighbouring blocks lie where the other one does. */
export async function plantRun(planting: Planting, label: string): Promise<void> {
  const { store, story } = planting;
  const { second } = story.sets;
  const run = { ...second, label };
  const [begin, map] = [keyOf(run, 'begin'), keyOf(run, 'map')];
  const beginText = String(await store.get(keyOf(second, 'begin')));
  await store.put(begin, Buffer.from(beginText.replaceAll(second.label, label)));
  await store.put(map, withOtherPlaces(Buffer.from(await store.get(keyOf(second, 'map')))));
  await plantSignature(planting, begin, 'begin');
  await plantSignature(planting, map, 'map');
}

/** An entry has a digest of 32 bytes, and where the block lies in 14 more. */
function withOtherPlaces(map: Buffer): Buffer {
  const entries = map.subarray(12 + map.readUInt32LE(8));
  for (let at = 0; at + 96 <= entries.length; at += 96) {
    const place = Buffer.from(entries.subarray(at + 32, at + 46));
    entries.copy(entries, at + 32, at + 80, at + 94);
    place.copy(entries, at + 80);
  }
  return map;
}
