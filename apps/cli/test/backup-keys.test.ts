import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type KeyPlace, type Keys, newKeyPlace, newKeys } from './key-place.ts';
import { newFolder, newPlace, normalised } from './place.ts';
import { cli, type JsonObject, jsonLines } from './run-cli.ts';

async function fileOf(text: string): Promise<string> {
  const path = join(await newFolder(), 'keys.txt');
  await writeFile(path, text);
  return path;
}

/** Keys that can't be used, what is said of each. */
const faults: readonly (readonly [string, (keys: Keys) => Promise<readonly string[]>, string])[] = [
  ['an empty recipients file', async () => ['--recipients-file', await fileOf('# nobody\n')], 'names no recipient'],
  ['a recipients file that is not there', async () => ['--recipients-file', '/nonexistent'], "can't be read"],
  [
    'a recipients file that others can change',
    async ({ recipient }) => {
      const path = await fileOf(`${recipient}\n`);
      await chmod(path, 0o664);
      return ['--recipients-file', path];
    },
    'can be changed by its group or by others (mode 664)',
  ],
  ['a mistyped recipient', async ({ recipient }) => ['--recipient', recipient.slice(0, -1)], 'is no age recipient'],
  ['a private key as recipient', async ({ identity }) => ['--recipient', await secretIn(identity)], 'is a private key'],
  ['a signing key that is not there', async () => ['--signing-key', '/nonexistent'], "can't be read"],
  [
    'a signing key that others can read',
    async ({ signingKey }) => {
      await chmod(signingKey, 0o644);
      return ['--signing-key', signingKey];
    },
    'is open to others than its owner',
  ],
  ['a public key for signing', async ({ publicFile }) => ['--signing-key', await closed(publicFile)], 'public'],
  [
    'a key of earlier sets that is none',
    async ({ signingKey }) => ['--signing-key', signingKey, '--signed-by', await fileOf('x')],
    'is no minisign public key',
  ],
  [
    'a key of earlier sets that lacks a character',
    async ({ signingKey, publicKey }) => ['--signing-key', signingKey, '--signed-by', publicKey.slice(0, -1)],
    'is no minisign public key',
  ],
  ['keys of earlier sets without an own one', async ({ publicKey }) => ['--signed-by', publicKey], 'no --signing-key'],
];

async function secretIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  return /^AGE-SECRET-KEY-.*$/m.exec(text)?.[0] ?? '';
}

async function closed(path: string): Promise<string> {
  await chmod(path, 0o600);
  return path;
}

describe('keys of a backup', () => {
  it.each(faults)('%s ends it with 2 before the CA or the sink is touched', async (_name, flagsOf, message) => {
    const keys = await newKeys();
    const { sink, backup, ca } = await newPlace();
    const { exitCode, stdout, stderr } = await cli([...backup, ...(await flagsOf(keys)), '--verbose']);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
    expect(await readdir(sink)).toEqual([]);
    expect((await ca.report()).calls).toEqual([]);
    expect(`${stdout}${stderr}`).not.toContain(await secretIn(keys.identity));
  });

  it('are told with the set', async () => {
    const place = await newKeyPlace();
    const { exitCode, stdout, stderr } = await cli(place.backup);
    expect({ exitCode, stderr: normalised(stderr, place) }).toEqual({
      exitCode: 0,
      stderr: 'set LABEL of Test CA begun\n',
    });
    expect(stdout).toContain(`  encrypted   to 1 recipient: ${place.keys.recipient}\n`);
    expect(stdout).toContain(`  signed      by ${place.keys.publicKey}\n`);
    expect(stdout).toMatch(/^ {2}adcs-backup verify \S+ \S+ --read-data --signed-by RW\S+$/m);
    expect(stdout).toMatch(
      /^ {2}adcs-backup restore \S+ \S+ --to <empty folder> --identity <file> --signed-by RW\S+$/m,
    );
  });

  it('come from a file of recipients, the environment and the configuration file as well', async () => {
    const place = await newKeyPlace();
    const { recipient, signingKey, publicKey } = place.keys;
    const other = await newKeys();
    const file = await fileOf(`# two of us\r\n${recipient}\r\n\r\n${other.recipient}\r\n`);
    const config = await fileOf(JSON.stringify({ recipient: [recipient, other.recipient], 'signing-key': signingKey }));
    const both = [recipient, other.recipient].sort((a, b) => (a < b ? -1 : 1));
    const [verb = '', sink = '', ...library] = (await newPlace()).backup;
    const backup = [verb, sink, ...library];
    expect(await keysOf([...backup, '--recipients-file', file])).toEqual([both, undefined]);
    expect(await keysOf([...backup, '--config', config])).toEqual([both, publicKey]);
    const env = { ADCS_BACKUP_RECIPIENT: recipient, ADCS_BACKUP_SIGNING_KEY: signingKey };
    expect(await keysOf(backup, env)).toEqual([[recipient], publicKey]);
  });
});

it('after a change of the signing key, sets by the old one count if it is named', async () => {
  const place = await newPlace();
  const [old, fresh] = [await newKeys(), await newKeys()];
  const backUp = async (...flags: string[]): Promise<JsonObject> => {
    const { stdout, stderr } = await cli([...place.backup, '--json', ...flags]);
    const ended = jsonLines(stdout).find(({ type }) => type === 'backup-ended');
    expect(ended, stderr).toBeDefined();
    return ended ?? {};
  };
  const first = await backUp('--signing-key', old.signingKey);
  const second = await backUp('--signing-key', fresh.signingKey, '--signed-by', old.publicFile);
  expect(second).toMatchObject({ chain: first['chain'], number: 2, signedBy: fresh.publicKey, warnings: [] });
  const stranger = await newKeys();
  const third = await backUp('--signing-key', stranger.signingKey);
  expect(third['number']).toBe(1);
  expect(third['warnings']).toContainEqual(expect.objectContaining({ code: 'set-not-verified' }));
  expect(third['chain']).not.toBe(first['chain']);
});

/** Which packages that know keys a command loads. */
async function keyPackagesOf(args: readonly string[]): Promise<ReadonlySet<string>> {
  const record = join(await newFolder(), 'modules.txt');
  const node = ['--import', new URL('fixtures/record-modules.ts', import.meta.url).href];
  expect(await cli(args, { node, env: { RECORD_MODULES: record } })).toMatchObject({ exitCode: 0 });
  const modules = await readFile(record, 'utf8');
  const found = modules.matchAll(/(age-encryption|@noble|packages\/keys)\//g);
  return new Set([...found].map(([, name = '']) => name));
}

it('keys that nobody named load nothing', async () => {
  const { backup, sink, keys } = await newKeyPlace();
  expect(await keyPackagesOf(backup)).toEqual(new Set(['age-encryption', '@noble', 'packages/keys']));
  expect(await keyPackagesOf(['verify', sink])).toEqual(new Set());
  expect(await keyPackagesOf(['show', sink, 'latest'])).toEqual(new Set());
  const [verb = '', , ...library] = (await newPlace()).backup;
  expect(await keyPackagesOf([verb, await newFolder(), ...library])).toEqual(new Set());
  expect(await keyPackagesOf(['verify', sink, '--signed-by', keys.publicKey])).toContain('packages/keys');
});

/** Recipients and public key of the set that a backup makes. */
async function keysOf(args: KeyPlace['backup'], env: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const { stdout, stderr } = await cli([...args, '--json'], { env });
  const ended = jsonLines(stdout).find(({ type }) => type === 'backup-ended');
  expect(ended, stderr).toBeDefined();
  return [ended?.['recipients'], ended?.['signedBy']];
}
