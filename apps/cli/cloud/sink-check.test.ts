import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it, vi } from 'vitest';
import { type CliResult, cli } from '../test/run-cli.ts';
import { type CloudSink, newBucket, newContainer } from './cloud-sink.ts';
import { newProxy } from './harm.ts';

/** The contract, tried by the command on real servers. */

async function check({ url, env, secrets }: CloudSink): Promise<CliResult> {
  const result = await cli(['sink', 'check', url], { env });
  for (const secret of secrets) expect(`${result.stdout}${result.stderr}`).not.toContain(secret);
  expect(result.stdout).not.toContain('BROKEN');
  return result;
}

/** Hundreds of requests, to servers that share two cores with the rest. */
vi.setConfig({ testTimeout: 300_000 });

/** How many objects the command says that it left. */
function leftOf({ stdout }: CliResult): number {
  const [, count = ''] = /^left behind +([\d,]+) objects conformance-/m.exec(stdout) ?? [];
  return Number(count.replaceAll(',', ''));
}

const deletesOld = `<?xml version="1.0" encoding="UTF-8"?>
<LifecycleConfiguration><Rule><ID>old</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter>
<Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>`;

describeWithCeph('sink check of a bucket', (access) => {
  it('finds every promise kept, says how the bucket is set up, and leaves nothing', async () => {
    const store = await newBucket(access);
    const result = await check(store);
    expect(result.stdout).toMatch(/^write-once +6 kept$/m);
    expect(result.stdout).toMatch(/^versioning +off: /m);
    expect(result.stdout).toMatch(/^lifecycle +off: no rules$/m);
    expect(result.stdout).toMatch(/^left behind +nothing$/m);
    expect((await store.objects()).size).toBe(0);
    expect(result.exitCode).toBe(0);
  });

  it('makes do with the rights of a backup, and names what it may not delete', async () => {
    const store = await newBucket(access, { guestMay: ['s3:PutObject', 's3:GetObject', 's3:ListBucket'] });
    const result = await check(store);
    expect(result.stdout).toMatch(/^lifecycle +unknown: /m);
    // Only the guest may read them.
    expect(leftOf(result)).toBeGreaterThan(100);
    expect(result.exitCode).toBe(0);
  });

  it('warns of a rule that deletes objects by their age', async () => {
    const proxy = await newProxy(access.endpoint);
    const headers = { 'content-type': 'application/xml' };
    proxy.add({
      when: ({ method, path }) => method === 'GET' && /[?&]lifecycle\b/.test(path),
      fault: { kind: 'answer', status: 200, headers, body: deletesOld },
    });
    const { exitCode, stdout, stderr } = await check(await newBucket(access, proxy));
    expect(stdout).toMatch(/^lifecycle +on: .*"old" WARNING$/m);
    expect(stderr).toMatch(/^hint: {2}Rule "old" deletes objects after 30 days/m);
    expect(exitCode).toBe(3);
  });

  it('ends at the first refusal', async () => {
    const store = await newBucket(access, { guestMay: ['s3:GetObject', 's3:ListBucket'] });
    const { exitCode, stdout, stderr } = await check(store);
    expect(stdout).toBe('');
    expect(stderr).toContain('s3:PutObject');
    expect(exitCode).toBe(13);
  });
});

describeWithAzurite('sink check of a container', (access) => {
  it('finds every promise kept, says what the account alone can show, and leaves nothing', async () => {
    const store = await newContainer(access);
    const result = await check(store);
    expect(result.stdout).toMatch(/^write-once +6 kept$/m);
    expect(result.stdout).toMatch(/^lifecycle +unknown: .*portal/m);
    expect((await store.objects()).size).toBe(0);
    expect(result.exitCode).toBe(0);
  });

  it('makes do with the rights of a backup, and names what it may not delete', async () => {
    const store = await newContainer(access, { rights: 'rcl' });
    const result = await check(store);
    expect(leftOf(result)).toBeGreaterThan(100);
    expect((await store.objects()).size).toBe(leftOf(result));
    // The signature of the tests ends soon.
    expect(result.stderr).toMatch(/^warning: credentials: /m);
    expect(result.exitCode).toBe(3);
  });
});
