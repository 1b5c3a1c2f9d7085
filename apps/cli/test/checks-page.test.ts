import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The page that says what findings mean, against the words that the sources have. */

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The members of a union of texts. */
function wordsOf(path: string, type: string): string[] {
  const [, union = ''] = new RegExp(`export type ${type} =([^;]*);`).exec(read(path)) ?? [];
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, word = '']) => word);
}

/** Codes that core itself gives to findings about contents. */
function codesIn(...paths: readonly string[]): string[] {
  return paths.flatMap((path) => [...read(path).matchAll(/code: '([a-z-]+)'/g)].map(([, code = '']) => code));
}

const page = read('docs/checks.md');
const [, table = ''] = /## What a finding means\n([\s\S]*?)\n## /.exec(page) ?? [];
const told = table
  .split('\n')
  .filter((line) => line.startsWith('| `') && !line.startsWith('| `code`'))
  .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code));

/** Only `ese check` looks at these files. */
const ofLooseFiles = ['checkpoint-copy-bad'];

describe('docs/checks.md', () => {
  const kinds = [
    ...wordsOf('packages/ese/src/check/finding.ts', 'FindingKind'),
    ...wordsOf('packages/ese/src/check/log-chain.ts', 'LogChainFindingKind'),
    ...codesIn(
      'packages/core/src/chain/compose.ts',
      'packages/core/src/chain/check-contents.ts',
      'packages/core/src/chain/read-chain.ts',
      'packages/core/src/backup/seal.ts',
    ),
  ].filter((kind) => kind !== 'not-truncated' && !ofLooseFiles.includes(kind));

  it('says what each finding means', () => {
    expect(kinds.length).toBeGreaterThan(25);
    expect(kinds.filter((kind) => !told.includes(kind))).toEqual([]);
  });

  it('tells of no finding that there is not', () => {
    expect(told.filter((code) => !kinds.includes(code))).toEqual([]);
  });

  it('names warnings that there are', () => {
    const warnings = codesIn('packages/core/src/backup/log-folder-warnings.ts');
    expect(warnings).toHaveLength(3);
    expect(warnings.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
