import { ContainerAttempts, sharedAccessSignature } from '@adcs-backup/test-servers';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it, vi } from 'vitest';
import { newKeys } from '../test/key-place.ts';
import { cli } from '../test/run-cli.ts';
import { backUp } from '../test/told-backup.ts';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, newContainer } from './cloud-sink.ts';
import { newGrantedBucket } from './granted-bucket.ts';
import { newProxy, packs } from './harm.ts';
import { expectRestorable } from './whole-story.ts';

/** What docs/least-privilege.md says that was tried on servers. */

/** Many runs of the command, against servers that share two cores with the rest. */
vi.setConfig({ testTimeout: 300_000 });

const sealed = { exitCode: 0, sealed: 'full, sound' };

describeWithCeph('with the policy of the documentation', (access) => {
  it('the writer backs up twice and then the logs, encrypted and signed, and the reader verifies and restores', async () => {
    const { writer, reader } = await newGrantedBucket(access);
    const { recipient, identity, signingKey, publicKey } = await newKeys();
    const env = { ...writer.env, ADCS_BACKUP_RECIPIENT: recipient, ADCS_BACKUP_SIGNING_KEY: signingKey };
    const place = await newCloudPlace({ ...writer, env });
    await place.ca.recordDigests(true);
    expect((await backUp(place, '--truncate-logs')).told).toEqual(sealed);
    await place.ca.issueCertificates({ changedPages: 5, logs: 2 });
    await place.ca.clearReport();
    expect((await backUp(place, '--truncate-logs')).told).toEqual(sealed);
    await place.ca.issueCertificates({ changedPages: 3, logs: 2 });
    const logsOnly = await backUp(place, '--type', 'auto', '--truncate-logs');
    expect(logsOnly.told).toEqual({ exitCode: 0, sealed: 'logs-only, sound' });
    const readerEnv = { ...reader.env, ADCS_BACKUP_IDENTITY: identity, ADCS_BACKUP_SIGNED_BY: publicKey };
    await expectRestorable({ ...place, env: readerEnv }, 3);
    expect([...(await writer.objects()).keys()].filter((key) => key.endsWith('.minisig'))).toHaveLength(12);
  });

  it('the writer can verify what is stored, and not read it', async () => {
    const { writer } = await newGrantedBucket(access);
    const place = await newCloudPlace(writer);
    expect((await backUp(place)).told).toEqual(sealed);
    expect(await cli(['verify', writer.url], { env: writer.env })).toMatchObject({ exitCode: 0 });
    const read = await cli(['verify', writer.url, '--read-data'], { env: writer.env });
    expect(read.exitCode).toBe(13);
    expect(read.stderr).toMatch(/can't read object data\/.*\/pack-00001: .*AccessDenied/);
  });

  it('the writer is refused everything else, and goes on backing up', async () => {
    const { writer, attempts } = await newGrantedBucket(access);
    const place = await newCloudPlace(writer);
    expect((await backUp(place)).told).toEqual(sealed);
    for (const key of await keysOf(writer)) {
      expect(await attempts.writer.delete(key), key).toBe('AccessDenied');
      expect(await attempts.writer.publish(key), key).toBe('AccessDenied');
      expect(await attempts.writer.read(key), key).toBe(/pack-/.test(key) ? 'AccessDenied' : 'done');
    }
    expect(await attempts.writer.put('ca01/sets/public', { ACL: 'public-read' })).toBe('AccessDenied');
    expect(await attempts.writer.put('ca02/sets/elsewhere')).toBe('AccessDenied');
    expect(await attempts.writer.setPolicy('{}')).toBe('AccessDenied');
    expect((await backUp(place)).told).toEqual(sealed);
  });

  it('the writer reads of what others have put only what a backup needs', async () => {
    const { attempts } = await newGrantedBucket(access);
    const outcomes = new Map<string, string>();
    for (const name of [
      'sets/a/b/c.json',
      'data/a/b/c/map-00001',
      'data/a/b/c/begin.json.minisig',
      'data/a/b/c/pack-00001',
    ]) {
      expect(await attempts.owner.put(`ca01/${name}`)).toBe('done');
      outcomes.set(name, await attempts.writer.read(`ca01/${name}`));
      expect(await attempts.reader.read(`ca01/${name}`)).toBe('done');
    }
    expect([...outcomes.values()]).toEqual(['done', 'done', 'done', 'AccessDenied']);
    expect(await attempts.writer.read('ca01/data/a/b/c/map-00002')).toBe('NoSuchKey');
  });

  it('the reader can put and delete nothing', async () => {
    const { writer, reader, attempts } = await newGrantedBucket(access);
    const place = await newCloudPlace(writer);
    expect((await backUp(place)).told).toEqual(sealed);
    for (const key of await keysOf(writer)) expect(await attempts.reader.delete(key), key).toBe('AccessDenied');
    expect(await attempts.reader.put('ca01/new')).toBe('AccessDenied');
    expect((await backUp({ ...place, env: reader.env })).told).toEqual({ exitCode: 13, error: 'sink-denied' });
  });

  it('sink check tries all that the writer may, and says what it left', async () => {
    const { writer } = await newGrantedBucket(access);
    const { exitCode, stdout } = await cli(['sink', 'check', writer.url], { env: writer.env });
    expect(stdout).toMatch(/^write-once +\d+ kept$/m);
    expect(stdout).toMatch(/^versioning +off: /m);
    expect(stdout).toMatch(/^lock +off: /m);
    expect(stdout).toMatch(/^lifecycle +off: no rules$/m);
    expect(stdout).toMatch(/^left behind +[\d,]+ objects conformance-/m);
    expect(exitCode).toBe(0);
  });

  it('a put of a pack whose answer was lost ends the run, and the next builds on what is there', async () => {
    const proxy = await newProxy(access.endpoint);
    const { writer, reader } = await newGrantedBucket(access, proxy);
    const place = await newCloudPlace(writer);
    await place.ca.recordDigests(true);
    proxy.add({ when: packs, fault: { kind: 'lose-reply' }, times: 1 });
    const first = await backUp(place);
    expect(first.told).toEqual({ exitCode: 13, error: 'object-exists' });
    expect(first.stderr).toContain("by whom can't be told");
    await place.ca.clearReport();
    expect((await backUp(place)).told).toEqual(sealed);
    await expectRestorable({ ...place, env: reader.env }, 1);
  });

  it('this server does not know whether a put has a condition: it would refuse all, or allows replacing, which verify finds', async () => {
    const strict = await newGrantedBucket(access, { onlyNewObjects: true });
    const refusedAll = await backUp(await newCloudPlace(strict.writer));
    expect(refusedAll.told).toEqual({ exitCode: 13, error: 'sink-denied' });
    const { writer, reader, attempts } = await newGrantedBucket(access);
    expect((await backUp(await newCloudPlace(writer))).told).toEqual(sealed);
    const pack = (await keysOf(writer)).find((key) => /pack-/.test(key)) ?? '';
    expect(await attempts.writer.replace(pack)).toBe('done');
    expect(await cli(['verify', reader.url], { env: reader.env })).toMatchObject({ exitCode: 14 });
  });
});

describeWithAzurite('with the signatures of the documentation', (access) => {
  it('the writer backs up twice, and replaces and deletes nothing; the reader verifies, restores, and puts nothing', async () => {
    const writer = await newContainer(access, { rights: 'rcl' });
    const container = new URL(writer.url).pathname.split('/')[1] ?? '';
    const reader = { AZURE_STORAGE_SAS_TOKEN: sharedAccessSignature(access, container, { rights: 'rl' }) };
    const place = await newCloudPlace(writer);
    await place.ca.recordDigests(true);
    expect((await backUp(place, '--truncate-logs')).told).toEqual(sealed);
    await place.ca.issueCertificates({ changedPages: 5, logs: 2 });
    await place.ca.clearReport();
    expect((await backUp(place, '--truncate-logs')).told).toEqual(sealed);

    const attempts = new ContainerAttempts(access, container, writer.env['AZURE_STORAGE_SAS_TOKEN'] ?? '');
    for (const key of await keysOf(writer)) {
      expect(await attempts.replace(key), key).toBe(403);
      expect(await attempts.delete(key), key).toBe(403);
    }
    await expectRestorable({ ...place, env: reader }, 2);
    expect((await backUp({ ...place, env: reader })).told).toEqual({ exitCode: 13, error: 'sink-denied' });
    const readers = new ContainerAttempts(access, container, reader.AZURE_STORAGE_SAS_TOKEN);
    for (const key of await keysOf(writer)) expect(await readers.delete(key), key).toBe(403);
  });

  it('a lock that this server forgets is noticed, and the run fails', async () => {
    const place = await newCloudPlace(await newContainer(access, { rights: 'rcli' }));
    const run = await backUp(place, '--lock-for', '90d');
    expect(run.told).toEqual({ exitCode: 13, error: 'sink-denied' });
    expect(run.stderr).toContain('was stored, but not locked as asked: the server keeps no policy for it');
  });
});

/** With the prefix. */
async function keysOf({ objects }: CloudSink): Promise<readonly string[]> {
  return [...(await objects()).keys()].map((key) => `ca01/${key}`);
}
