import { hash } from 'node:crypto';
import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './place.ts';

/** Repositories that were stored when format 1 was frozen; scripts/write-golden.ts says how. */

const golden = join(import.meta.dirname, 'golden');

export type Kind = 'plain' | 'encrypted' | 'signed' | 'both';

export const kinds: readonly Kind[] = ['plain', 'encrypted', 'signed', 'both'];

interface GoldenSet {
  readonly label: string;
  readonly chain: string;
  /** SHA-256 by path in a restore, of what the CA had handed out. */
  readonly files: Readonly<Record<string, string>>;
}

interface Golden {
  readonly ca: string;
  /** Of who signed. */
  readonly publicKey: string;
  readonly repositories: Readonly<Record<Kind, readonly GoldenSet[]>>;
}

const { publicKey, repositories }: Golden = JSON.parse(readFileSync(join(golden, 'golden.json'), 'utf8'));

/** A copy of a repository, and what opens it. */
export interface GoldenCopy {
  readonly sink: string;
  readonly sets: readonly GoldenSet[];
  /** Path of a private key that opens packs, and of one that doesn't; undefined where packs are plain. */
  readonly identity: string | undefined;
  readonly strangeIdentity: string;
  /** Undefined where nothing is signed. */
  readonly publicKey: string | undefined;
  readonly strangePublicKey: string;
}

/** @param reader whose private key it is: every set is for two of them */
export async function copyOf(kind: Kind, reader: 'first' | 'second' = 'first'): Promise<GoldenCopy> {
  const folder = await newFolder();
  cpSync(join(golden, kind), join(folder, 'sink'), { recursive: true });
  cpSync(join(golden, 'test-keys'), join(folder, 'keys'), { recursive: true });
  const key = (name: string): string => join(folder, 'keys', name);
  // A private key that others can read is refused, and git keeps no permissions.
  for (const name of readdirSync(join(folder, 'keys'))) chmodSync(key(name), 0o600);
  return {
    sink: join(folder, 'sink'),
    sets: repositories[kind],
    identity: isEncrypted(kind) ? key(`${reader}.test-identity`) : undefined,
    strangeIdentity: key('stranger.test-identity'),
    publicKey: kind === 'signed' || kind === 'both' ? publicKey : undefined,
    strangePublicKey: readFileSync(key('stranger.test-signing-key.pub'), 'utf8').trimEnd().split('\n').at(-1) ?? '',
  };
}

export function isEncrypted(kind: Kind): boolean {
  return kind === 'encrypted' || kind === 'both';
}

/** The flags of adcs-backup that make use of all keys. */
export function flagsOf({ identity, publicKey: signedBy }: GoldenCopy): readonly string[] {
  return [
    ...(identity === undefined ? [] : ['--identity', identity]),
    ...(signedBy === undefined ? [] : ['--signed-by', signedBy]),
  ];
}

/** Everything below a folder: paths with slashes. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** As {@link GoldenSet} has them. */
export function digestsOf(folder: string): Record<string, string> {
  const names = filesIn(folder).filter((name) => name !== 'restored-set.json');
  return Object.fromEntries(names.map((name) => [name, hash('sha256', readFileSync(join(folder, name)))]));
}
