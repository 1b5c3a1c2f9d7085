import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareRestored, type RestoredFile } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { type KeyPlace, newKeyPlace, newKeys, newSets } from './key-place.ts';
import { newFolder } from './place.ts';
import { type CliResult, cleanEnvironment, cli, command, type JsonObject, jsonLines } from './run-cli.ts';

/** Runs a command; whatever it prints, private keys are no part of it. */
async function say({ keys }: Pick<KeyPlace, 'keys'>, ...args: string[]): Promise<CliResult> {
  const result = await cli(args);
  const printed = `${result.stdout}${result.stderr}`;
  const [, secret = 'no secret'] = (await readFile(keys.signingKey, 'utf8')).split('\n');
  expect(printed).not.toMatch(/AGE-SECRET-KEY-[0-9A-Z]/);
  expect(printed).not.toContain(secret);
  return result;
}

function filesOf({ files }: JsonObject): RestoredFile[] {
  if (!Array.isArray(files)) throw new Error('nothing was restored');
  return files.map(({ role, name, path }) => ({ role: String(role), name: String(name), path: String(path) }));
}

describe('a restore of an encrypted set', () => {
  it('gives back every byte to who has the private key, and tells who signed', async () => {
    const place = await newSets();
    const { sink, folder, keys, ca } = place;
    const to = join(folder, 'restored');
    const flags = ['--identity', keys.identity, '--signed-by', keys.publicFile];
    const { exitCode, stdout } = await say(place, 'restore', sink, 'latest', '--to', to, ...flags, '--json');
    expect(exitCode).toBe(0);
    const [ended = {}] = jsonLines(stdout).filter(({ type }) => type === 'set-restored');
    expect(ended).toMatchObject({ signature: 'verified', signedBy: keys.publicKey });
    const { digests } = await ca.report();
    const { identical, differences } = await compareRestored(filesOf(ended), digests, ca.enrollFolder);
    expect(differences).toEqual([]);
    expect(identical.length).toBeGreaterThan(4);
  });

  it('writes nothing without a private key, and leaves nothing with a wrong one', async () => {
    const place = await newSets();
    const { sink, folder, keys } = place;
    const to = join(folder, 'restored');
    const none = await say(place, 'restore', sink, 'latest', '--to', to);
    expect(none.stderr).toContain(`error: the set is encrypted for ${keys.recipient}\n`);
    expect(none.stderr).toContain('--identity');
    expect(none.exitCode).toBe(2);
    await expect(readdir(to)).rejects.toThrow('ENOENT');
    const { identity } = await newKeys();
    const stranger = await say(place, 'restore', sink, 'latest', '--to', to, '--identity', identity, '--json');
    expect(jsonLines(stranger.stdout)).toContainEqual(expect.objectContaining({ code: 'identity-missing' }));
    expect(stranger.exitCode).toBe(2);
    expect(await readdir(to)).toEqual([]);
  });

  it('refuses a set that somebody else signed, or nobody', async () => {
    const place = await newSets();
    const { sink, folder, keys } = place;
    const { publicKey } = await newKeys();
    const to = join(folder, 'restored');
    const flags = ['--to', to, '--identity', keys.identity];
    const other = await say(place, 'restore', sink, 'latest', ...flags, '--signed-by', publicKey);
    expect(other).toMatchObject({ exitCode: 14, stdout: '' });
    expect(other.stderr).toMatch(/^error: .*\bsets\/\S+\.json: signed by the key [0-9A-F]{16}, which is not trusted/m);
    const both = ['--signed-by', publicKey, '--signed-by', keys.publicKey];
    expect(await say(place, 'restore', sink, 'latest', ...flags, ...both)).toMatchObject({ exitCode: 0 });
  });
});

describe('an encrypted and signed set', () => {
  it('shows who can read it and whether its signature was checked', async () => {
    const place = await newSets();
    const { sink, keys } = place;
    const unchecked = await say(place, 'show', sink, 'latest');
    expect(unchecked.stdout).toContain(`  encrypted   to 1 recipient: ${keys.recipient}\n`);
    expect(unchecked.stdout).toContain('  signed      yes, but not checked: name the public key with --signed-by\n');
    const checked = await say(place, 'show', sink, 'latest', '--signed-by', keys.publicFile);
    expect(checked.stdout).toContain(`  signed      by ${keys.publicKey}, verified\n`);
    const { stdout } = await say(place, 'show', sink, 'latest', '--signed-by', keys.publicKey, '--json');
    expect(jsonLines(stdout)[0]).toMatchObject({
      recipients: [keys.recipient],
      signature: 'verified',
      signedBy: keys.publicKey,
      number: 2,
    });
  });

  it('is copied with its signatures, and only by the key that was named', async () => {
    const place = await newSets();
    const { sink, keys } = place;
    const [target, other] = [await newFolder(), await newFolder()];
    const copied = await say(place, 'copy', sink, target, '--signed-by', keys.publicKey);
    expect(copied).toMatchObject({ exitCode: 0 });
    expect(new Set(await readdir(target, { recursive: true }))).toEqual(
      new Set(await readdir(sink, { recursive: true })),
    );
    const { publicKey } = await newKeys();
    const refused = await say(place, 'copy', sink, other, '--signed-by', publicKey);
    expect(refused.stderr).toContain('2 of 2 sets not copied');
    expect(refused.exitCode).toBe(14);
    expect((await readdir(other, { recursive: true })).filter((path) => path.endsWith('.json'))).toEqual([]);
  });
});

describe('verify of encrypted and signed sets', () => {
  it('checks all but the contents without any key, and says what it left open', async () => {
    const place = await newSets();
    const { stdout, exitCode } = await say(place, 'verify', place.sink, '--read-data');
    expect(exitCode).toBe(0);
    expect(stdout.match(/: intact, signature not checked; .* stored bytes compared, contents not \(/g)).toHaveLength(2);
    expect(stdout).toContain('\nSignatures were not checked: name the public key with --signed-by.\n');
    expect(stdout).toContain('\nFreshness was not checked: verify --trust FILE ');
  });

  it('checks contents with the private key, and signatures with the public one', async () => {
    const place = await newSets();
    const { sink, keys } = place;
    const verify = ['verify', sink, '--read-data', '--signed-by', keys.publicKey];
    const { stdout, exitCode } = await say(place, ...verify, '--identity', keys.identity);
    expect(exitCode).toBe(0);
    expect(stdout.split(`: intact, signed by ${keys.publicKey}; `)).toHaveLength(3);
    expect(stdout.match(/ blocks checked$/gm)).toHaveLength(2);
    expect(stdout).not.toContain('Signatures were not checked');
  });

  it('takes the private key from standard input, named once', async () => {
    const place = await newKeyPlace();
    const { sink, keys, backup } = place;
    expect(await say(place, ...backup)).toMatchObject({ exitCode: 0 });
    const verify = ['verify', sink, '--read-data'];
    const input = await readFile(keys.identity);
    const env = cleanEnvironment();
    const piped = spawnSync(process.execPath, [...command, ...verify, '--identity', '-'], { input, env });
    expect(String(piped.stdout)).toMatch(/ blocks checked$/m);
    const empty = await say(place, ...verify, '--identity', '-');
    expect(empty.stderr).toContain('standard input holds no private key');
    expect(empty.exitCode).toBe(2);
    const twice = await say(place, ...verify, '--identity', '-', '--identity', '-');
    expect(twice.stderr).toContain('standard input is named twice');
  });

  it('names what another key signed', async () => {
    const place = await newSets();
    const { publicKey } = await newKeys();
    const { exitCode, stdout, stderr } = await say(place, 'verify', place.sink, '--signed-by', publicKey);
    expect(stdout.match(/: DAMAGED, NOT SIGNED by a key that counts; /g)).toHaveLength(2);
    expect(stdout).toMatch(
      /^ {2}signature-invalid: sets\/\S+\.json: signed by the key [0-9A-F]{16}, which is not trusted/m,
    );
    expect(stderr).toContain('error: 2 of 2 sets are not what a key of --signed-by signed\n');
    expect(exitCode).toBe(14);
  });

  it('takes keys from the environment and the configuration file, too', async () => {
    const place = await newSets();
    const { sink, keys } = place;
    const signedBy = keys.publicFile;
    const config = join(place.folder, 'config.json');
    await writeFile(config, JSON.stringify({ identity: keys.identity, 'signed-by': [signedBy] }));
    const env = { ADCS_BACKUP_IDENTITY: keys.identity, ADCS_BACKUP_SIGNED_BY: signedBy };
    const verify = ['verify', sink, '--read-data', '--json'];
    const outputs = [await cli(verify, { env }), await cli([...verify, '--config', config])];
    for (const { stdout } of outputs) {
      const found = jsonLines(stdout).filter(({ type }) => type === 'set-verified');
      const checked = { signature: 'verified', signedBy: keys.publicKey, contents: 'checked' };
      expect(found).toMatchObject([checked, checked]);
    }
  });
});

it('private keys that are typed where a file or a public key belongs are refused, and not printed', async () => {
  const place = await newKeyPlace();
  const { keys, sink, ca } = place;
  const age = /^AGE-SECRET-KEY-.*$/m.exec(await readFile(keys.identity, 'utf8'))?.[0] ?? '';
  const [, signing = ''] = (await readFile(keys.signingKey, 'utf8')).split('\n');
  for (const [flag, secret] of [
    ['--recipient', age],
    ['--recipient', signing],
    ['--recipients-file', age],
    ['--signing-key', signing],
    ['--signing-key', age],
  ] as const) {
    const { exitCode } = await say(place, 'backup', sink, '--certadm', ca.library, flag, secret, '--verbose');
    expect(exitCode).toBe(2);
  }
  for (const flags of [
    ['--identity', age],
    ['--signed-by', signing],
    ['--signed-by', age],
  ]) {
    expect(await say(place, 'verify', sink, ...flags, '--verbose')).toMatchObject({ exitCode: 2 });
  }
  const doctor = await say(place, 'doctor', '--certadm', ca.library, '--identity', age, '--recipient', signing);
  expect(doctor).toMatchObject({ exitCode: 2 });
});
