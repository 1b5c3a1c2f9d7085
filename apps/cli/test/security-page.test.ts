import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');

it('SECURITY.md names a test that is there for everything that it says somebody is kept from', () => {
  const [, section = ''] = page.split('## What keeps whom from what\n');
  const lines = (section.split('\n## ')[0] ?? '').split('\n');
  const rows = lines.filter((line) => line.startsWith('|') && !/^\| (?:somebody|-+) /.test(line));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) {
    const tests = [...row.matchAll(/\]\((\S+\.test\.ts)\)/g)].map(([, path = '']) => path);
    expect(tests.length, row).toBeGreaterThan(0);
    for (const path of tests) expect(existsSync(join(root, path)), path).toBe(true);
  }
});
