import { chmod } from 'node:fs/promises';
import { generateIdentity } from '@adcs-backup/keys';
import { describe, expect, it } from 'vitest';
import { newKeys } from './key-place.ts';
import { newPlace } from './place.ts';
import { cli, type JsonObject, jsonLines } from './run-cli.ts';

/** What doctor says of keys, and how it ends. */
async function keyChecks(
  ...flags: string[]
): Promise<{ readonly exitCode: number | null; readonly checks: JsonObject[] }> {
  const { ca } = await newPlace();
  const { exitCode, stdout } = await cli(['doctor', '--certadm', ca.library, '--json', ...flags]);
  const names = ['recipients', 'signing key', 'identity'];
  return { exitCode, checks: jsonLines(stdout).filter(({ name }) => names.includes(String(name))) };
}

describe('adcs-backup doctor with keys', () => {
  it('says to whom would be encrypted, and which public key would verify', async () => {
    const { recipient, signingKey, publicKey } = await newKeys();
    const { recipient: second, publicFile } = await newKeys();
    const both = ['--recipient', recipient, '--recipient', second];
    expect(await keyChecks(...both, '--signing-key', signingKey, '--signed-by', publicFile)).toMatchObject({
      exitCode: 0,
      checks: [
        {
          name: 'recipients',
          status: 'ok',
          message: `classical, to 2 recipients: ${recipient < second ? `${recipient}, ${second}` : `${second}, ${recipient}`}`,
        },
        {
          name: 'signing key',
          status: 'ok',
          message: `public key ${publicKey}, its file is private; sets by 1 other key count, too`,
        },
      ],
    });
  });

  it('tells post-quantum recipients by their kind', async () => {
    const { recipient } = await generateIdentity({ postQuantum: true });
    const { checks } = await keyChecks('--recipient', recipient);
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'recipients',
        message: expect.stringMatching(/^post-quantum, to 1 recipient: age1pq1/),
      }),
    );
  });

  it('names keys that a backup could not use', async () => {
    const { recipient, signingKey } = await newKeys();
    await chmod(signingKey, 0o640);
    const mistyped = recipient.replace(/.$/, 'b');
    expect(await keyChecks('--recipient', mistyped, '--signing-key', signingKey)).toMatchObject({
      exitCode: 2,
      checks: [
        { name: 'recipients', status: 'failed', code: 'key-unusable' },
        { name: 'signing key', status: 'failed', code: 'key-unusable' },
      ],
    });
  });

  it('warns of an identity, which opens every set', async () => {
    const { identity } = await newKeys();
    expect(await keyChecks('--identity', identity)).toMatchObject({
      exitCode: 0,
      checks: [
        { name: 'recipients', status: 'not-applicable' },
        { name: 'signing key', status: 'not-applicable' },
        { name: 'identity', status: 'warning', message: '1 private age key named: on this machine it opens every set' },
      ],
    });
  });
});
