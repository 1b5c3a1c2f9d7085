import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, TestClock, temporaryFolder, testCa } from '../arrange.ts';
import { validLogs } from '../valid-files.ts';
import { folderOf, label } from './by-hand-copy.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/restore-by-hand.md'), 'utf8');
/** Signatures and encrypted packs need real keys, which core doesn't know: the command's tests try them. */
const sections = ['scene', 'logs', 'objects', 'packs', 'restore map', 'file', 'tree digest'];

const tools = ['jq', 'xxd', 'zstd', 'sha256sum', 'tac'];
const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0) console.warn(`skipped: restoring by commands, because ${missing.join(', ')} can't be run`);

interface Place {
  readonly copy: string;
  readonly to: string;
  readonly label: string;
}

/** The commands of these sections of the page, for a set of the test CA instead of the page's example. */
function commandsFor({ copy, to, label }: Place, names = sections): string {
  const commands = names.map((name) => page.split(`<!-- commands: ${name} -->\n\`\`\`sh\n`)[1]?.split('\n```')[0]);
  expect(commands).not.toContain(undefined);
  return ['set -e', ...commands]
    .join('\n')
    .replace('/mnt/copy', copy)
    .replace('/mnt/restored', to)
    .replace('contoso-issuing-ca-1-1a2b3c', 'test-ca-1fe373')
    .replace('20261121T210007Z-full', label)
    .replace('20261121T210007Z', '20261121T180316Z')
    .replace('Contoso Issuing CA 1.edb', 'Test CA.edb');
}

test.skipIf(missing.length > 0)('the commands of restore-by-hand.md bring a file back', async () => {
  const ca = testCa();
  const sink = new MemorySink();
  await backUp(sink, ca, { truncateLogs: true });
  const copy = folderOf(sink);
  const to = temporaryFolder();
  const commands = commandsFor({ copy, to, label });
  const { status, stdout } = spawnSync('sh', ['-c', commands], { cwd: temporaryFolder(), encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain(`edb00001.log  20261121T180316Z-full\nedb00002.log  20261121T180316Z-full\n`);
  expect(stdout).toMatch(/map-00001: OK\n.*pack-00001: OK\n([0-9a-f]{64})\n\1 {2}-\n$/);
  expect(readFileSync(join(to, 'DataBase', 'Test CA.edb')).equals(ca.databases?.['Test CA.edb'] ?? Buffer.of())).toBe(
    true,
  );
  expect(readFileSync(join(to, 'DataBase', 'certbkxp.dat'), 'utf16le')).toContain('CertLog\\Test CA.edb');
});

test.skipIf(missing.length > 0)('the commands of restore-by-hand.md say which log is in which set', async () => {
  const sink = new MemorySink();
  const damaged = validLogs({ first: 3, last: 4 });
  damaged['edb00004.log']?.fill(1, 30_000, 40_000);
  await backUp(sink, testCa(), { truncateLogs: true });
  for (const [day, logs] of [damaged, validLogs({ first: 2, last: 5 }), validLogs({ first: 5, last: 6 })].entries()) {
    const clock = new TestClock(`2026-11-2${day + 2}T10:00:00Z`);
    const { result } = await backUp(sink, testCa({ logs }), { type: 'logs-only', clock });
    expect(result.at).toBe('finished');
  }
  const place = { copy: folderOf(sink), to: temporaryFolder(), label: '20261123T100000Z-logs-only' };
  const commands = commandsFor(place, ['scene', 'logs']);
  const { stdout } = spawnSync('sh', ['-c', commands], { cwd: temporaryFolder(), encoding: 'utf8' });
  expect(stdout.split('\n').slice(-6)).toEqual([
    'edb00001.log  20261121T180316Z-full',
    'edb00002.log  20261121T180316Z-full',
    'edb00003.log  20261122T100000Z-logs-only',
    'edb00004.log  20261123T100000Z-logs-only',
    'edb00005.log  20261123T100000Z-logs-only',
    '',
  ]);
});
