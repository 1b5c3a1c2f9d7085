import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSet, restoreSet, verifySet } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, temporaryFolder, testCa } from '../arrange.ts';

test('walks the states in the order of the document', async () => {
  const { states, certSrv } = await backUp(new MemorySink());
  expect(states).toMatchInlineSnapshot(`
    [
      "loading-library",
      "checking-server",
      "preparing-session",
      "saving-restore-map",
      "listing-databases",
      "copying-database-file",
      "listing-logs",
      "copying-log-file",
      "copying-log-file",
      "listing-dynamic-files",
      "copying-dynamic-file",
      "sealing",
      "ending-session",
      "releasing-library",
      "finished",
    ]
  `);
  expect(certSrv.calls.filter((call, index) => call !== certSrv.calls[index - 1])).toMatchInlineSnapshot(`
    [
      "load",
      "isServerOnline",
      "prepareBackup",
      "databaseLocations",
      "databaseFiles",
      "openFile",
      "read",
      "close",
      "logFiles",
      "openFile",
      "read",
      "close",
      "openFile",
      "read",
      "close",
      "dynamicFiles",
      "readDynamicFile",
      "listLogFolder",
      "end",
      "release",
    ]
  `);
});

test('stores a set that comes back byte for byte', async () => {
  const sink = new MemorySink();
  const ca = testCa();
  const { result } = await backUp(sink, ca);
  if (result.at === 'failed') throw result.error;
  const entry = await findSet(sink, { label: 'latest' });
  expect(await verifySet(sink, entry, { readData: 100 })).toMatchObject({ intact: true, findings: [], packsRead: 1 });
  const to = temporaryFolder();
  await restoreSet(sink, entry, { to });
  expect(readdirSync(to, { recursive: true }).sort()).toMatchInlineSnapshot(`
    [
      "DataBase",
      "DataBase/Test CA.edb",
      "DataBase/certbkxp.dat",
      "DataBase/edb00001.log",
      "DataBase/edb00002.log",
      "DynamicFiles",
      "DynamicFiles/Test CA.crl",
      "restored-set.json",
    ]
  `);
  for (const [name, bytes] of Object.entries({ ...ca.databases, ...ca.logs })) {
    expect(readFileSync(join(to, 'DataBase', name)).equals(bytes)).toBe(true);
  }
});
