import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectSigner } from '@adcs-backup/core';
import { signerOf } from '@adcs-backup/keys';
import { createCa } from '@adcs-backup/standin';
import type { Place } from '../test/place.ts';
import { backUp } from '../test/told-backup.ts';
import { keyOf, type SignedPart } from './keys-of-set.ts';
import { newSigningKey, type StoredSet, type Story, setOf } from './story.ts';
import { FolderStore, type TamperedStore } from './tampered-store.ts';

/** Somebody who may write to the sink, knows all that is public, and has a signing key that nobody trusts. */

export type Signing = 'by another key' | 'by nobody' | 'with signatures of other objects';

export const signings: readonly Signing[] = ['by another key', 'by nobody', 'with signatures of other objects'];

export interface Forger {
  /** A whole set of a CA of the same name, with other contents. */
  readonly set: StoredSet;
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly signer: ObjectSigner;
}

export async function newForger({ folder, recipient, sets }: Story): Promise<Forger> {
  const home = await mkdtemp(join(folder, 'forger-'));
  const sink = join(home, 'sink');
  await mkdir(sink);
  const keyFile = join(home, 'forger.key');
  await newSigningKey(keyFile);
  const ca = await createCa(join(home, 'ca'), { name: sets.first.ca, seed: 9, databaseBytes: 256 * 1024, logCount: 4 });
  await ca.recordDigests(true);
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
  if (signing === 'by nobody') return;
  const signature =
    signing === 'by another key'
      ? forger.signer.sign(await store.get(key), key)
      : await store.get(keyOf(story.sets.second, `${part}'s signature`));
  await store.put(`${key}.minisig`, signature);
}

/** What a run of our CA stored that was ended before it sealed a set. */
export interface InterruptedRun {
  readonly set: StoredSet;
  readonly objects: ReadonlyMap<string, Buffer>;
}

/** The CA goes on, and keeps what the run would have backed up. */
export async function interruptedRun(story: Story): Promise<InterruptedRun> {
  const place = await copiedPlace(story);
  await place.ca.issueCertificates({ changedPages: 6 });
  const set = await setOf(place, await backUp(place, '--type', 'full'));
  const store = new FolderStore(place.sink);
  const objects = new Map<string, Buffer>();
  for (const key of await store.keys()) {
    if (key.startsWith('data/') && key.includes(`/${set.label}/`)) objects.set(key, await store.get(key));
  }
  await rm(place.sink, { recursive: true });
  return { set, objects };
}

/** The run is there, but its map claims that each two neighbouring blocks lie where the other one does. */
export async function plantRun(planting: Planting, { set, objects }: InterruptedRun): Promise<void> {
  const { store, signing } = planting;
  for (const [key, bytes] of objects) await store.put(key, bytes);
  const map = keyOf(set, 'map');
  await store.change(map, withOtherPlaces);
  if (objects.has(`${map}.minisig`)) await store.remove(`${map}.minisig`);
  if (signing === 'by another key')
    await store.put(`${map}.minisig`, planting.forger.signer.sign(await store.get(map), map));
  const own = objects.get(`${map}.minisig`);
  if (signing === 'with signatures of other objects' && own !== undefined) await store.put(`${map}.minisig`, own);
}

/** Claims a label. */
export async function plantBegin(planting: Planting, label: string): Promise<void> {
  const { store, story } = planting;
  const { second } = story.sets;
  const begin = keyOf({ ...second, label }, 'begin');
  const text = String(await store.get(keyOf(second, 'begin')));
  await store.put(begin, Buffer.from(text.replaceAll(second.label, label)));
  await plantSignature(planting, begin, 'begin');
}

/** Our CA, and a copy of the sink that it goes on with. */
export async function copiedPlace({ folder, sink: from, ours }: Story): Promise<Place> {
  const sink = await mkdtemp(join(folder, 'copy-'));
  await cp(from, sink, { recursive: true });
  return { ...ours, sink, backup: ours.backup.map((arg) => (arg === from ? sink : arg)) };
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
