import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { newFolder } from '../test/place.ts';
import { cli, jsonLines } from '../test/run-cli.ts';
import { backUp } from '../test/told-backup.ts';
import { newCloudPlace } from './cloud-place.ts';
import { newBucket } from './cloud-sink.ts';

/** Credentials of tasks that nobody watches. */

/** A program that counts how often it is asked, and hands out keys that end in two minutes. */
const issuer = `
  const { appendFileSync } = require('node:fs');
  const [, , count, keys] = process.argv;
  appendFileSync(count, '.');
  const Expiration = new Date(Date.now() + 120000).toISOString();
  console.log(JSON.stringify({ Version: 1, Expiration, ...JSON.parse(require('node:fs').readFileSync(keys)) }));
`;

describeWithCeph('keys from a credential_process', (access) => {
  it('are asked for again before they end, and doctor says where they come from', async () => {
    const folder = await newFolder();
    const [program, count, keys, config] = ['issuer.cjs', 'count', 'keys.json', 'config'].map((name) =>
      join(folder, name),
    );
    if (!(program && count && keys && config)) throw new Error('four files');
    const { url, env } = await newBucket(access);
    const { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey } = env;
    await writeFile(program, issuer);
    await writeFile(keys, JSON.stringify({ AccessKeyId, SecretAccessKey }));
    const line = [process.execPath, program, count, keys].join(' ');
    await writeFile(config, `[profile backup]\ncredential_process = ${line}\n`);
    const place = await newCloudPlace({ url, env: { AWS_CONFIG_FILE: config, AWS_PROFILE: 'backup' } });

    expect((await backUp(place)).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    expect((await readFile(count, 'utf8')).length).toBeGreaterThan(1);

    const doctor = await cli(['doctor', url, '--certadm', place.ca.library, '--json'], { env: place.env ?? {} });
    const told = jsonLines(doctor.stdout).find(({ name }) => name === 'sink credentials');
    expect(told).toMatchObject({ status: 'ok', message: expect.stringContaining('credential_process') });
    expect(`${doctor.stdout}${doctor.stderr}`).not.toContain(SecretAccessKey);
    expect(doctor.exitCode).toBe(0);
  });
});
