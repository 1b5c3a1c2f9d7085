import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sshdMissing } from '@adcs-backup/test-servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { knownKeys } from '../src/known-hosts.ts';

const key = (text: string): string => Buffer.from(text).toString('base64');

const file = `# the NAS
nas,nas.corp.example ssh-ed25519 ${key('nas')} a comment
  [nas]:2222 ssh-rsa ${key('other port')}\r
*.corp.example,!old.corp.example ecdsa-sha2-nistp256 ${key('pattern')}
@revoked nas ssh-rsa ${key('revoked')}
@cert-authority * ssh-ed25519 ${key('authority')}

broken line
10.0.0.? ssh-ed25519 ${key('address')}
`;

function found(host: string, port: number): string[] {
  return knownKeys(file, host, port).map(({ blob, isRevoked }) => `${blob}${isRevoked ? ' (revoked)' : ''}`);
}

describe('a file of known hosts', () => {
  it.each([
    ['nas', 22, ['nas', 'revoked (revoked)']],
    ['NAS', 22, ['nas', 'revoked (revoked)']],
    ['nas', 2222, ['other port']],
    ['nas', 2223, []],
    ['nas.corp.example', 22, ['nas', 'pattern']],
    ['new.corp.example', 22, ['pattern']],
    ['old.corp.example', 22, []],
    ['corp.example', 22, []],
    ['newXcorp.example', 22, []],
    ['10.0.0.7', 22, ['address']],
    ['10.0.0.17', 22, []],
    ['broken', 22, []],
  ])('has for %s, port %d, the keys %j', (host, port, keys) => {
    expect(found(host, port)).toEqual(keys);
  });

  it.skipIf(sshdMissing() !== undefined)('may have hashed names, as ssh-keygen writes them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sink-sftp-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'known_hosts');
    const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIHkU4E4sGiQ3M5sF1q6cM9wMZ6cFGZxQX4r3Fxk3eXkz';
    await writeFile(path, `nas,[nas]:2222 ssh-ed25519 ${ed25519}\n`);
    await promisify(execFile)('ssh-keygen', ['-q', '-H', '-f', path]);
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain('nas');
    const known = { type: 'ssh-ed25519', blob: Buffer.from(ed25519, 'base64'), isRevoked: false };
    expect(knownKeys(text, 'nas', 22)).toEqual([known]);
    expect(knownKeys(text, 'nas', 2222)).toEqual([known]);
    expect(knownKeys(text, 'other', 22)).toEqual([]);
  });
});
