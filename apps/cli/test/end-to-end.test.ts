import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { newPlace } from './place.ts';
import { cli } from './run-cli.ts';

const samples = fileURLToPath(new URL('../../../../shared/samples/ese/', import.meta.url));

test('calls Certadm in the order of the document, from one thread, and gives everything back', async () => {
  const { ca, backup } = await newPlace({ logCount: 3, checkpointLag: 2 });
  expect(await cli(backup)).toMatchObject({ exitCode: 0 });
  const { calls, buffers, sessions, unloads, overlapping } = await ca.report();
  const order = calls.map(({ name }) => name.replace(/^CertSrv(Backup|Restore)?/, '').replace(/W$/, ''));
  expect(order.filter((name, index) => name !== 'Read' || order[index - 1] !== 'Read').join(' ')).toMatchInlineSnapshot(
    `"IsServerOnline Prepare GetDatabaseLocations Free GetDatabaseNames Free OpenFile Read Close GetBackupLogs Free OpenFile Read Close OpenFile Read Close OpenFile Read Close GetDynamicFileList Free End"`,
  );
  expect(calls.every(({ hresult }) => hresult === 0)).toBe(true);
  expect(new Set(calls.map(({ thread }) => thread)).size).toBe(1);
  expect(buffers).toMatchObject({ allocated: 4, left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 });
  expect({ sessions, unloads, overlapping }).toEqual({ sessions: { begun: 1, left: 0 }, unloads: 1, overlapping: [] });
});

test.skipIf(!existsSync(samples))('a real database comes back byte for byte (needs ../shared/samples)', async () => {
  // A few of them: here it is about bytes. What they say is read in packages/ese.
  const names = readdirSync(samples).filter((name) => /^(dissect-large|velocidex-SRUDB|secedit-.*sdb)/.test(name));
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) {
    const real = gunzipSync(readFileSync(join(samples, name)));
    const { folder, sink, ca, backup } = await newPlace();
    const path = join(folder, 'real.edb');
    writeFileSync(path, real);
    await ca.serveFile(path);
    // No streaming copy, so the set is suspect: it is there all the same, for those who name it.
    const { exitCode, stdout } = await cli(backup);
    expect(exitCode).toBe(14);
    const [, label = ''] = /^Set (\S+) is sealed, but SUSPECT\.$/m.exec(stdout) ?? [];
    const to = join(folder, 'restored');
    expect(await cli(['restore', sink, label, '--to', to])).toMatchObject({ exitCode: 3 });
    expect(
      readFileSync(
        join(to, 'DataBase', readdirSync(join(to, 'DataBase')).find((file) => file.endsWith('.edb')) ?? ''),
      ).equals(real),
    ).toBe(true);
  }
});
