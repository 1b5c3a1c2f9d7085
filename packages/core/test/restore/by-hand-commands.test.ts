import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, temporaryFolder, testCa } from '../arrange.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/restore-by-hand.md'), 'utf8');
const sections = ['scene', 'objects', 'restore map', 'file', 'tree digest'];

const tools = ['jq', 'xxd', 'zstd', 'sha256sum', 'tac'];
const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0) console.warn(`skipped: restoring by commands, because ${missing.join(', ')} can't be run`);

/** The commands of the page, for a set of the test CA instead of the page's example. */
function commandsFor(copy: string, to: string): string {
  const commands = sections.map((name) => page.split(`<!-- commands: ${name} -->\n\`\`\`sh\n`)[1]?.split('\n```')[0]);
  expect(commands).not.toContain(undefined);
  return ['set -e', ...commands]
    .join('\n')
    .replace('/mnt/copy', copy)
    .replace('/mnt/restored', to)
    .replace('contoso-issuing-ca-1-1a2b3c', 'test-ca-1fe373')
    .replaceAll('20261121T210007Z', '20261121T180316Z')
    .replace('Contoso Issuing CA 1.edb', 'Test CA.edb');
}

test.skipIf(missing.length > 0)('the commands of restore-by-hand.md bring a file back', async () => {
  const ca = testCa();
  const sink = new MemorySink();
  await backUp(sink, ca);
  const copy = temporaryFolder();
  for (const [key, { bytes }] of sink.objects) {
    mkdirSync(dirname(join(copy, key)), { recursive: true });
    writeFileSync(join(copy, key), bytes);
  }
  const to = temporaryFolder();
  const commands = commandsFor(copy, to);
  const { status, stdout } = spawnSync('sh', ['-c', commands], { cwd: temporaryFolder(), encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toMatch(/map-00001: OK\n.*pack-00001: OK\n([0-9a-f]{64})\n\1 {2}-\n$/);
  expect(readFileSync(join(to, 'DataBase', 'Test CA.edb')).equals(ca.databases?.['Test CA.edb'] ?? Buffer.of())).toBe(
    true,
  );
  expect(readFileSync(join(to, 'DataBase', 'certbkxp.dat'), 'utf16le')).toContain('CertLog\\Test CA.edb');
});
