/** The binding on the Windows ABI: a Windows Node backs up a stand-in certadm.dll. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.ts';
import type { NodeMachine } from './machine.ts';

const library = 'C:\\ca\\certadm.dll';

export async function checkBinding(machine: NodeMachine): Promise<void> {
  const ca = await machine.createCa();
  const smoke = await machine.run('smoke.ts', 'backup', library);
  assert.equal(smoke.code, 0, smoke.stderr);
  const { lastErrors, system, other, backup } = JSON.parse(smoke.stdout);
  const report = await ca.report();
  await check('the system library is looked for by its full path', () => {
    assert.equal(system.path.toLowerCase(), 'c:\\windows\\system32\\certadm.dll');
    assert.equal(system.isSystem, true);
    assert.equal(system.presentExports.length, 12);
    assert.equal(system.privilege, 'held');
    assert.equal(system.problem, undefined);
  });
  await check('another library is told by its missing exports, and its version is read', () => {
    assert.equal(other.problem.code, 'export-missing');
    assert.match(other.version, /^\d+\.\d+\.\d+\.\d+$/);
  });
  await check('GetLastError answers for the call before it', () => {
    assert.deepEqual(lastErrors, [1313, 0]);
  });
  await check('the privilege is enabled while the library is loaded, and off again after', () => {
    assert.deepEqual(
      [backup.before, backup.during, backup.after].map((state) => state.privilege),
      [false, true, false],
    );
  });
  await check('COM is multithreaded while the library is loaded, and gone after', () => {
    assert.deepEqual(
      [backup.before, backup.during, backup.after].map((state) => state.com),
      ['800401f0', '0', '800401f0'],
    );
    assert.equal(backup.during.apartment, 1);
  });
  await check('the library is loaded, then released', () => {
    assert.deepEqual(
      [backup.before, backup.during, backup.after].map((state) => state.isLoaded),
      [false, true, false],
    );
    assert.equal(report.unloads, 1);
  });
  await check('every byte of logs and dynamic files arrives', async () => {
    assert.deepEqual(backup.kinds, ['database', 'checkpoint-directory', 'log-directory']);
    const logs = backup.files.slice(1);
    assert.ok(logs.length > 1);
    for (const log of logs) {
      assert.equal(log.sha256, await sha256(join(ca.logFolder, log.name)), log.name);
    }
    assert.equal(backup.dynamicFiles.length, 2);
    for (const [index, name] of backup.dynamicFiles.entries()) {
      const local = join(ca.enrollFolder, name.slice(name.lastIndexOf('\\') + 1));
      assert.equal(backup.dynamic[index], await sha256(local), name);
    }
  });
  await check('the database has the announced size', () => {
    const [database] = backup.files;
    assert.equal(database.sizeBytes, 2 * 1024 * 1024 + 4096);
    assert.equal(database.bytes, database.sizeBytes);
  });
  await check('the log folder is found by its admin-share path', () => {
    assert.equal(backup.logFolder.readable, true);
    assert.match(backup.logFolder.path, /^C:\\ca\\/);
    assert.equal(backup.logFolder.logCount, 3);
  });
  await check('one thread makes every call, and nothing is left behind', () => {
    assert.ok(report.calls.length > 20);
    assert.equal(new Set(report.calls.map((call) => call.thread)).size, 1);
    assert.deepEqual(
      report.calls.filter((call) => call.hresult !== 0),
      [],
    );
    assert.equal(report.sessions.left, 0);
    assert.deepEqual(report.buffers, { allocated: 4, left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 });
  });
  await check('the process can be ended while a call hangs', async () => {
    await ca.setFaults({ hang: [{ call: 'CertSrvIsServerOnlineW', nth: 1 }] });
    const hanging = await machine.run('smoke.ts', 'hang', library);
    assert.equal(hanging.code, 70, hanging.stderr);
    assert.deepEqual((await ca.report()).hung, ['CertSrvIsServerOnlineW']);
  });
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
