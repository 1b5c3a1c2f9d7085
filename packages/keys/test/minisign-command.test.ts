import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { parsePublicKey } from '../src/public-key.ts';
import { readPublicFile, readSecretFile } from '../src/read-key-file.ts';
import { signerOf } from '../src/signer.ts';
import { trustedSignersOf } from '../src/trusted-signers.ts';
import { writeSecretFile } from '../src/write-key-file.ts';
import { reasonToSkip, run } from './commands.ts';
import { newFolder } from './temp-folder.ts';

const reason = reasonToSkip('minisign');
const name = 'sets/ca-1/20261121T180316Z-full/20261121T180316Z-full.json';
const body = randomBytes(1000);

describe.skipIf(reason !== '')(`the minisign command${reason}`, () => {
  test('verifies what is signed here, with keys that are made here', async () => {
    const folder = await newFolder();
    const { publicFile, publicKey, secretFile } = generateSigningKey();
    const path = join(folder, 'object');
    await writeFile(path, body);
    await writeFile(`${path}.minisig`, signerOf(secretFile, 'host.key').sign(body, name));
    await writeFile(join(folder, 'host.pub'), publicFile);
    const said = run('minisign', ['-V', '-p', join(folder, 'host.pub'), '-m', path]).toString();
    expect(said).toContain(`Trusted comment: ${name}`);
    expect(run('minisign', ['-V', '-q', '-P', publicKey, '-m', path]).toString()).toBe('');
    await writeFile(path, randomBytes(1000));
    expect(() => run('minisign', ['-V', '-P', publicKey, '-m', path])).toThrow('Signature verification failed');
  });

  test('signs with a key that is made here, and the same: only its own comment is not ours', async () => {
    const folder = await newFolder();
    const { publicKey, secretFile } = generateSigningKey();
    const [key, path] = [join(folder, 'host.key'), join(folder, 'object')];
    await writeSecretFile(key, secretFile);
    await writeFile(path, body);
    run('minisign', ['-S', '-s', key, '-m', path, '-t', name]);
    const [, ...theirs] = (await readFile(`${path}.minisig`, 'utf8')).split('\n');
    const ours = signerOf(secretFile, key).sign(body, name);
    const [untrusted, ...lines] = Buffer.from(ours).toString().split('\n');
    expect(theirs).toEqual(lines);
    trustedSignersOf([publicKey])
      .signatureOf(Buffer.from([untrusted, ...theirs].join('\n')), name)
      .check(body);
  });

  test('makes keys that sign and verify here', async () => {
    const folder = await newFolder();
    const [key, pub] = [join(folder, 'host.key'), join(folder, 'host.pub')];
    run('minisign', ['-G', '-W', '-s', key, '-p', pub]);
    const signer = signerOf(await readSecretFile(key), key);
    const publicKey = parsePublicKey(await readPublicFile(pub), pub);
    expect(signer.publicKey).toBe(publicKey);
    trustedSignersOf([publicKey]).signatureOf(signer.sign(body, name), name).check(body);
  });
});
