import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identitiesOf, parseIdentities, parsePublicKey, recipientsOf, signerOf } from '@adcs-backup/keys';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../src/program.ts';
import { checkedConfig } from '../src/settings/check-config.ts';
import { newFolder } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

const generate = ['keys', 'generate'];

async function newFile(name: string): Promise<string> {
  return join(await newFolder(), name);
}

/** No line of the file but its comments may be printed. */
async function expectUnprinted(path: string, { stdout, stderr }: { stdout: string; stderr: string }): Promise<void> {
  const secret = (await readFile(path, 'utf8')).trim().split('\n').at(-1) ?? '';
  expect(secret.length).toBeGreaterThan(60);
  for (let at = 20; at + 12 <= secret.length; at += 6) {
    const part = secret.slice(at, at + 12);
    if (!/^A*$/.test(part)) expect(`${stdout}${stderr}`).not.toContain(part);
  }
}

describe('keys generate', () => {
  it('makes a key for reading, and says where it belongs and where not', async () => {
    const path = await newFile('key.txt');
    const result = await cli([...generate, '--output', path]);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const text = await readFile(path, 'utf8');
    const recipient = /# public key: (\S+)/.exec(text)?.[1] ?? '';
    expect(result.stdout.replaceAll(path, 'FILE').replaceAll(recipient, 'age1…')).toMatchInlineSnapshot(`
      "Private key: FILE
      Public key:  age1…

      Keep the private key off the CA, and a copy of it in another place: without it nobody can read the sets.
      Put the public key into the CA's configuration file,

        "recipient": "age1…"

      or name it with --recipient. Encrypted sets are restored with --identity FILE
      "
    `);
    await expectUnprinted(path, result);
    const { fileKey, header } = await (await recipientsOf([recipient])).newFileKey();
    expect(await identitiesOf(parseIdentities(text, path)).fileKeyOf(header)).toEqual(fileKey);
  });

  it('prints a line that the configuration file takes', async () => {
    const { stdout } = await cli([...generate, '--output', await newFile('key.txt')]);
    const line = stdout.split('\n').find((text) => text.includes('"recipient"'));
    expect(checkedConfig('config.json', JSON.parse(`{${line}}`))).toMatchObject({
      recipient: expect.stringMatching(/^age1/),
    });
  });

  it('makes a post-quantum key for reading', async () => {
    const path = await newFile('key.txt');
    const result = await cli([...generate, '--post-quantum', '--output', path, '--json']);
    expect(jsonLines(result.stdout)[0]).toMatchObject({
      type: 'key-generated',
      purpose: 'reading',
      algorithm: 'mlkem768x25519',
      publicKey: expect.stringMatching(/^age1pq1/),
      privateKeyFile: path,
    });
    await expectUnprinted(path, result);
  });

  it('makes a key for signing, and its public key beside it', async () => {
    const path = await newFile('host.key');
    const result = await cli([...generate, '--signing', '--output', path]);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const publicKey = parsePublicKey(await readFile(`${path}.pub`, 'utf8'), 'host.key.pub');
    expect(signerOf(await readFile(path, 'utf8'), path).publicKey).toBe(publicKey);
    expect(result.stdout.replaceAll(path, 'FILE').replaceAll(publicKey, 'RW…')).toMatchInlineSnapshot(`
      "Private key: FILE
      Public key:  FILE.pub
                   RW…

      Name the private key when the CA backs up: --signing-key FILE
      Give the public key to those who verify and restore, in a way that nobody can change: --signed-by RW…
      "
    `);
  });

  it('prints no private signing key', async () => {
    const path = await newFile('host.key');
    const result = await cli([...generate, '--signing', '--output', path, '--json', '--verbose']);
    const secret = (await readFile(path, 'utf8')).split('\n')[1] ?? '';
    // Its middle: the beginning is the same in every key, the end is the public key.
    expect(`${result.stdout}${result.stderr}`).not.toContain(secret.slice(84, 96));
    expect(jsonLines(result.stdout)[0]).toMatchObject({ algorithm: 'ed25519', publicKeyFile: `${path}.pub` });
  });

  const noModes = process.platform === 'win32' ? ' (skipped: Windows has no modes)' : '';
  it.skipIf(noModes !== '')(`makes files that only their owner can read${noModes}`, async () => {
    for (const flags of [[], ['--signing']]) {
      const path = await newFile('key');
      await cli([...generate, ...flags, '--output', path]);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });

  it.each([[[]], [['--signing']]])('replaces no file (%j)', async (flags) => {
    const path = await newFile('key');
    await writeFile(path, 'old');
    const { exitCode, stderr } = await cli([...generate, ...flags, '--output', path]);
    expect(stderr).toContain(`error: ${path} exists already\nhint:  Name another file: a key is never replaced`);
    expect(exitCode).toBe(2);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('leaves no private key behind whose public key it could not write', async () => {
    const path = await newFile('host.key');
    await writeFile(`${path}.pub`, 'old');
    const { exitCode, stderr } = await cli([...generate, '--signing', '--output', path]);
    expect(stderr).toContain(`error: ${path}.pub exists already`);
    expect(exitCode).toBe(2);
    expect(await readdir(join(path, '..'))).toEqual(['host.key.pub']);
  });

  it.each([
    [['keys'], 'no command given'],
    [['keys', 'generat'], "unknown command 'generat'"],
    [generate, "required option '--output <file>' not specified"],
    [[...generate, '--output', 'x', '--signing', '--post-quantum'], "option '--signing' cannot be used with"],
  ])('%j is wrong usage', async (args, message) => {
    const env = { ADCS_BACKUP_OUTPUT: 'key.txt', ADCS_BACKUP_SIGNING: '1' };
    const { exitCode, stderr } = await cli(args, { env, cwd: await newFolder() });
    expect(stderr).toContain(`error: ${message}`);
    expect(exitCode).toBe(2);
  });

  it('has examples that the command line accepts', async () => {
    const { stdout } = await cli([...generate, '--help']);
    const [, examples = ''] = stdout.split('Examples:\n');
    const started: string[] = [];
    const start = async (command: string): Promise<void> => void started.push(command);
    for (const line of examples.trim().split('\n')) {
      const { program } = commandLine({ version: '0', start, writeHelp: () => {}, writeError: () => {} });
      await program.parseAsync(line.trim().split(/ +/).slice(1), { from: 'user' });
    }
    expect(started).toEqual(['keys generate', 'keys generate', 'keys generate']);
  });
});
