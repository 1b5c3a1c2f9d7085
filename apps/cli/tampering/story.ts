import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, generateSigningKey, writeSecretFile } from '@adcs-backup/keys';
import { createCa, type StandinReport } from '@adcs-backup/standin';
import type { Place } from '../test/place.ts';
import { backUp, type ToldBackup } from '../test/told-backup.ts';

/** Two CAs that keep their sets in one sink, and what they handed out. */

export interface StoredSet {
  readonly ca: string;
  readonly caId: string;
  readonly chain: string;
  readonly label: string;
  /** What a restore must give back. */
  readonly handedOut: StandinReport['digests'];
  readonly enrollFolder: string;
}

/** `first` and `second` are full, `third` has logs only and builds on `second`; `other` is a full set of the other CA. */
export type SetName = 'first' | 'second' | 'third' | 'other';

export interface Story {
  readonly folder: string;
  readonly sink: string;
  readonly ours: Place;
  readonly sets: Readonly<Record<SetName, StoredSet>>;
  /** Flags of those who read: they trust both CAs, and can open everything. */
  readonly reading: readonly string[];
  /** Public, as everything but its private key is that the CA holds; undefined where nothing is encrypted. */
  readonly recipient: string | undefined;
}

const shape = { databaseBytes: 512 * 1024, logCount: 4, checkpointLag: 2 };

/** Forget it in the end. @param kind `guarded`: encrypted and signed; `plain`: neither */
export async function tellStory(kind: 'guarded' | 'plain'): Promise<Story> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'adcs-backup-tampering-')));
  const sink = join(folder, 'sink');
  await mkdir(sink);
  const keys = kind === 'guarded' ? await newKeys(folder) : undefined;
  const place = async (name: 'ours' | 'theirs', seed: number): Promise<Place> => {
    const ca = await createCa(join(folder, name), { ...shape, name, seed });
    await ca.recordDigests(true);
    return { folder, sink, ca, backup: ['backup', sink, '--certadm', ca.library, ...(keys?.storing(name) ?? [])] };
  };
  const ours = await place('ours', 1);
  const first = await storedSet(ours, '--truncate-logs');
  await ours.ca.issueCertificates({ changedPages: 2, logs: 2 });
  await ours.ca.clearReport();
  const second = await storedSet(ours, '--truncate-logs');
  await ours.ca.issueCertificates({ changedPages: 2, logs: 2 });
  // Its restore is made of the full set and of this one.
  const third = await storedSet(ours, '--type', 'logs-only', '--truncate-logs');
  const other = await storedSet(await place('theirs', 2), '--truncate-logs');
  return {
    folder,
    sink,
    ours,
    sets: { first, second, third, other },
    reading: keys?.reading ?? [],
    recipient: keys?.recipient,
  };
}

export async function forgetStory({ folder }: Story): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

interface StoryKeys {
  readonly recipient: string;
  readonly storing: (name: string) => readonly string[];
  readonly reading: readonly string[];
}

async function newKeys(folder: string): Promise<StoryKeys> {
  const { recipient, file } = await generateIdentity();
  const identity = join(folder, 'recovery.key');
  await writeSecretFile(identity, file);
  const publicKeys = [await newSigningKey(join(folder, 'ours.key')), await newSigningKey(join(folder, 'theirs.key'))];
  return {
    recipient,
    storing: (name) => ['--recipient', recipient, '--signing-key', join(folder, `${name}.key`)],
    reading: ['--identity', identity, ...publicKeys.flatMap((key) => ['--signed-by', key])],
  };
}

/** @returns the public key */
export async function newSigningKey(path: string): Promise<string> {
  const { secretFile, publicKey } = generateSigningKey();
  await writeSecretFile(path, secretFile);
  return publicKey;
}

async function storedSet(place: Place, ...flags: string[]): Promise<StoredSet> {
  return await setOf(place, await backUp(place, ...flags));
}

/** What was handed out is what was recorded since the report was cleared. @throws when no set was sealed */
export async function setOf({ ca }: Place, { ended, lines, stderr }: ToldBackup): Promise<StoredSet> {
  const { label, chain } = ended;
  const { caName, caId } = lines.find(({ type }) => type === 'set-begun') ?? {};
  if (typeof label !== 'string' || typeof chain !== 'string' || typeof caId !== 'string' || typeof caName !== 'string')
    throw new Error(`no set was sealed: ${stderr}`);
  const { digests } = await ca.report();
  return { ca: caName, caId, chain, label, handedOut: digests, enrollFolder: ca.enrollFolder };
}
