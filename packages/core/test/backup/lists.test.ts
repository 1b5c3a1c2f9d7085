import { AdcsBackupError } from '@adcs-backup/core';
import type { ScriptedCall } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, failing, noise, testCa, testSink } from '../arrange.ts';

describe('what the CA lists', () => {
  test('no database is no backup', async () => {
    const { result } = await backUp(testSink(), testCa({ databases: {} }));
    expect(result).toMatchObject({ at: 'failed', error: { code: 'certsrv-failed' } });
  });

  test('no dynamic file is fine, as is an empty one', async () => {
    for (const dynamicFiles of [{}, { '\\\\ca01\\C$\\empty.asp': new Uint8Array(0) }]) {
      const { result } = await backUp(testSink(), testCa({ dynamicFiles }));
      expect(result).toMatchObject({ at: 'finished', manifest: { sound: true }, warnings: [] });
    }
  });

  test('no log, or one of zero bytes, is stored as it is: as a suspect set', async () => {
    const noLog = await backUp(testSink(), testCa({ logs: {} }));
    expect(noLog.result).toMatchObject({
      at: 'finished',
      warnings: [],
      manifest: { checks: { contents: 'passed', chain: 'failed' }, findings: [{ code: 'log-missing' }] },
    });
    const empty = await backUp(testSink(), testCa({ logs: { 'edb00001.log': new Uint8Array(0) } }));
    expect(empty.result).toMatchObject({
      at: 'finished',
      manifest: {
        sound: false,
        checks: { contents: 'failed', chain: 'passed' },
        files: [{ name: 'Test CA.edb', intact: true }, { name: 'edb00001.log', sizeBytes: 0, intact: false }, {}],
      },
    });
  });

  test('dynamic files that cannot be listed are a warning', async () => {
    const beforeCall = failing('dynamicFiles', new AdcsBackupError('certsrv-failed', 'no list'));
    const { result } = await backUp(testSink(), testCa({ beforeCall }));
    expect(result).toMatchObject({ at: 'finished', warnings: [{ code: 'dynamic-files-unknown' }] });
  });

  test('a dynamic file that breaks off is left out with a warning, the others are kept', async () => {
    const dynamicFiles = { '\\\\ca01\\C$\\a.crl': noise(3000, 1), '\\\\ca01\\C$\\b.crl': noise(2000, 2) };
    let reads = 0;
    const beforeCall = (call: ScriptedCall): void => {
      if (call !== 'readDynamicFile') return;
      reads += 1;
      if (reads === 2) throw new AdcsBackupError('source-unreadable', 'locked', { hint: 'Wait.' });
    };
    const sink = testSink();
    const { result } = await backUp(sink, testCa({ beforeCall, dynamicFiles }));
    expect(result).toMatchObject({ at: 'finished', warnings: [{ code: 'dynamic-file-unreadable', hint: 'Wait.' }] });
    expect(result.manifest?.files.map(({ name }) => name)).toEqual([
      'Test CA.edb',
      'edb00001.log',
      'edb00002.log',
      'b.crl',
    ]);
  });

  test('a bug of the source is not taken for an unreadable file', async () => {
    for (const call of ['dynamicFiles', 'readDynamicFile', 'truncateLogs'] as const) {
      const beforeCall = failing(call, new TypeError('bug'));
      const { result } = await backUp(testSink(), testCa({ beforeCall }), { truncateLogs: true });
      expect(result).toMatchObject({ at: 'failed', error: { message: 'bug' } });
    }
  });

  test('a restore map without a database needs the name of the CA', async () => {
    const withoutName = await backUp(testSink(), testCa({ caName: '' }));
    expect(withoutName.result).toMatchObject({ at: 'failed', error: { hint: 'Name the CA with --ca NAME.' } });
    const named = await backUp(testSink(), testCa({ caName: '' }), { caName: 'My CA' });
    expect(named.result.manifest?.ca.name).toBe('My CA');
  });
});
