import { createHash } from 'node:crypto';
import { cp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultServerName, openCertSrv } from '@adcs-backup/certadm';
import { runBackup } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, it } from 'vitest';
import { newFilledPlace, newPlace } from './place.ts';
import { cli, resultOf, startCli, untilPrinted } from './run-cli.ts';

/** Promises of the README that are about the whole, not about one of its parts. */

/** SHA-256 and time of change of every file below `folder`, by path. */
async function statesOf(folder: string): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const digest = createHash('sha256').update(await readFile(path));
    states.set(path.slice(folder.length), `${digest.digest('hex')} ${(await stat(path)).mtimeMs}`);
  }
  return states;
}

describe('a backup only adds', () => {
  it('puts new objects, lists, reads what sets say of themselves; it replaces and deletes nothing', async () => {
    const { ca } = await newPlace();
    const sink = new MemorySink();
    for (const type of ['full', 'full', 'auto', 'auto'] as const) {
      const result = await runBackup({
        openCertSrv: async () => await openCertSrv({ library: ca.library }),
        sinks: [sink],
        server: defaultServerName(),
        type,
        truncateLogs: true,
        tool: { name: 'test', version: '1' },
      });
      if (result.at === 'failed') throw result.error;
    }
    const keysOf = (method: string): string[] =>
      sink.calls.filter((call) => call.method === method).map(({ key }) => key);
    expect(new Set(sink.calls.map(({ method }) => method))).toEqual(new Set(['list', 'put', 'get', 'stat']));
    expect(new Set(keysOf('put')).size).toBe(keysOf('put').length);
    expect(keysOf('get')).not.toEqual([]);
    for (const key of keysOf('get')) expect(key).toMatch(/^(sets\/.+\.json|data\/.+\/map-\d{5})$/);
    for (const key of keysOf('stat')) expect(key).toMatch(/^sets\/.+-(full|logs-only)\.json$/);
  });

  it('leaves every file of the earlier sets as it was', async () => {
    const place = await newFilledPlace();
    const before = await statesOf(place.sink);
    await place.ca.issueCertificates({ changedPages: 10, logs: 2 });
    expect(await cli(place.backup)).toMatchObject({ exitCode: 0 });
    const after = await statesOf(place.sink);
    expect(after.size).toBeGreaterThan(before.size);
    expect([...after].filter(([path]) => before.has(path))).toEqual([...before]);
  });
});

describe.runIf(process.platform !== 'win32')('a backup that is killed', () => {
  it.each(['Test CA.edb:', 'edb00001.log:'])(
    'when it has come to %s leaves the sets before as they were, and the next one succeeds',
    async (moment) => {
      const place = await newFilledPlace();
      const before = await statesOf(place.sink);
      await place.ca.setFaults({ slowReadMs: 300 });
      const child = startCli([...place.backup, '--verbose']);
      const result = resultOf(child);
      await untilPrinted(child, moment);
      child.kill('SIGKILL');
      expect((await result).exitCode).toBeNull();
      await place.ca.clearFaults();
      const after = await statesOf(place.sink);
      expect([...after].filter(([path]) => before.has(path))).toEqual([...before]);
      expect([...after.keys()].filter((path) => path.startsWith('/sets/'))).toHaveLength(2);
      expect(await cli(place.backup)).toMatchObject({ exitCode: 0 });
      const { exitCode, stdout } = await cli(['verify', place.sink, '--read-data']);
      expect({ exitCode, intact: stdout.match(/: intact, not signed;/g)?.length }).toEqual({ exitCode: 0, intact: 2 });
    },
  );
});

describe('a copy of a sink', () => {
  it('made with any tool restores the same bytes', async () => {
    const { sink, folder } = await newFilledPlace();
    const copy = join(folder, 'copy');
    await cp(sink, copy, { recursive: true });
    const [first, second] = [join(folder, 'from-sink'), join(folder, 'from-copy')];
    expect(await cli(['restore', sink, 'latest', '--to', first])).toMatchObject({ exitCode: 0 });
    expect(await cli(['restore', copy, 'latest', '--to', second])).toMatchObject({ exitCode: 0 });
    const digests = async (root: string): Promise<Map<string, string>> =>
      new Map([...(await statesOf(root))].map(([path, state]) => [path, state.slice(0, 64)]));
    const restored = await digests(first);
    expect(restored.size).toBeGreaterThan(4);
    expect(await digests(second)).toEqual(restored);
  });
});
