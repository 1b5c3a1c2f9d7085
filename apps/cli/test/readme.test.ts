import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AdcsBackupError, type ErrorCode } from '@adcs-backup/core';
import { EXPORT_NAMES } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { exitCodeFor } from '../src/exit-codes.ts';
import { checkedConfig } from '../src/settings/check-config.ts';
import { newFilledPlace } from './place.ts';
import { cli } from './run-cli.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Cells of the table behind a marker, without its head. */
function tableOf(marker: string): string[][] {
  const [, table = ''] = readme.split(`<!-- ${marker} -->\n\n`);
  const [lines = ''] = table.split('\n\n');
  const rows = lines.split('\n').map((line) => line.split('|').slice(1, -1));
  return rows.slice(2).map((row) => row.map((cell) => cell.trim()));
}

function wordsIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

describe('the exit codes in the README', () => {
  const rows = tableOf('exit codes').map(([number, , codes = '']) => ({
    number: Number(number),
    codes: wordsIn(codes),
  }));

  it('are those of every error', () => {
    const source = readFileSync(join(root, 'packages/core/src/errors.ts'), 'utf8');
    const [, union = ''] = /export type ErrorCode =(.*?);/s.exec(source) ?? [];
    const all = [...union.matchAll(/'([^']+)'/g)].map(([, code = '']) => code);
    expect(all.length).toBeGreaterThan(30);
    expect(new Set(rows.flatMap(({ codes }) => codes))).toEqual(new Set(all));
    for (const { number, codes } of rows) {
      for (const code of codes) {
        const error = new AdcsBackupError(code as ErrorCode, 'x');
        expect({ code, number: exitCodeFor({ at: 'failed', error }) }).toEqual({ code, number });
      }
    }
  });

  it('are those of every other ending', () => {
    const others = [
      exitCodeFor({ at: 'done' }),
      exitCodeFor({ at: 'warnings' }),
      ...(['SIGINT', 'SIGBREAK', 'SIGTERM', 'SIGHUP'] as const).map((endSignal) =>
        exitCodeFor({ at: 'interrupted', endSignal }),
      ),
    ];
    expect(new Set(rows.filter(({ codes }) => codes.length === 0).map(({ number }) => number))).toEqual(
      new Set(others),
    );
  });
});

describe('the states in the README', () => {
  const rows = tableOf('states').map(([step = '', state = '', what = '']) => ({ step, state: wordsIn(state), what }));

  it('are those of the machine, in its order, with its steps', () => {
    const source = readFileSync(join(root, 'packages/core/src/backup/states.ts'), 'utf8');
    const [, table = ''] = /export interface Transitions \{(.*?)\n\}/s.exec(source) ?? [];
    const machine = [...table.matchAll(/\/\*\* (.*?) \*\/\s+'?([a-z-]+)'?:/gs)].map(([, comment = '', state = '']) => {
      return { step: /^[\d, ]*\d/.exec(comment)?.[0] ?? '–', state: [state] };
    });
    expect(machine).toHaveLength(15);
    expect(rows.map(({ step, state }) => ({ step, state }))).toEqual(machine);
  });

  it('name functions that are bound, and all of them', () => {
    const [, after = ''] = readme.split('<!-- states -->');
    const named = new Set(wordsIn(after).filter((word) => /^CertSrv\w+$/.test(word)));
    expect(named).toEqual(new Set(EXPORT_NAMES.map((name) => name.replace(/W$/, ''))));
  });
});

/** Every page that people read, by its path from the root. */
function pages(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name));
  const rooms = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md'));
  const all = ['README.md', 'SECURITY.md', 'bench/README.md', ...docs, ...rooms];
  return all.filter((path) => path.endsWith('.md') && existsSync(join(root, path)));
}

/** Files that a page links to, by their path from the root. */
function linksOf(page: string): string[] {
  const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g);
  return [...links]
    .map(([, link = '']) => link)
    .flatMap((link) => (/^https?:/.test(link) ? [] : join(dirname(page), link)));
}

/** `text`, with the public keys of the pairs that commands before it have made. */
function withPublicKeys(text: string, folder: string): string {
  const keyIn = (name: string, key: RegExp): string => key.exec(readFileSync(join(folder, name), 'utf8'))?.[0] ?? '';
  return text
    .replace(/age1…/, () => keyIn('recovery.key', /age1[0-9a-z]+/))
    .replace(/RW…/, () => keyIn('pki\\ca01.key.pub', /RW\S+/));
}

describe('the README', () => {
  it('links to nothing that is not there, nor does any other page', () => {
    expect(linksOf('README.md').length).toBeGreaterThan(30);
    expect(pages().length).toBeGreaterThan(20);
    expect(
      pages()
        .flatMap(linksOf)
        .filter((path) => !existsSync(join(root, path))),
    ).toEqual([]);
  });

  it('names a test file for every promise', () => {
    const [, section = ''] = readme.split('## What it promises');
    const promises = (section.split('###')[0] ?? '').split(/^\d\. /m).slice(1);
    expect(promises).toHaveLength(9);
    for (const promise of promises) expect(promise).toMatch(/\]\(\S+(\.test|\/memory)\.ts\)/);
  });

  it('shows a configuration that is accepted', () => {
    const [, json = ''] = /```json\n(.*?)```/s.exec(readme) ?? [];
    expect(Object.keys(checkedConfig('README.md', JSON.parse(json)))).toHaveLength(3);
  });

  it('shows commands that work as they are printed', async () => {
    const { folder, sink, ca, label } = await newFilledPlace();
    for (const name of ['share', 'bucket', 'Offline']) await mkdir(join(folder, name));
    const old = join(folder, 'old');
    expect(await cli(['restore', sink, label, '--to', old])).toMatchObject({ exitCode: 0 });
    const here = (line: string): string[] =>
      line
        .replaceAll('D:\\Backups', sink)
        .replaceAll(/"?(?:s3|azblob):\/\/[^" ]+"?/g, join(folder, 'bucket'))
        .replaceAll('E:\\OldBackups\\2024', old)
        .replaceAll('\\\\nas\\share\\ca', join(folder, 'share'))
        .replaceAll(/[CE]:\\/g, `${folder}/`)
        .replaceAll(/\d{8}T\d{6}Z-full/g, label)
        .split(' ');
    const lines = [...readme.matchAll(/^adcs-backup (.*)$/gm), ...readme.matchAll(/`adcs-backup ([a-z]+ D:[^`]*)`/g)];
    expect(lines.length).toBeGreaterThan(10);
    for (const [, text = ''] of lines) {
      const line = withPublicKeys(text, folder);
      const library = /^(backup|doctor)/.test(line) ? ['--certadm', ca.library] : [];
      const { exitCode, stderr } = await cli([...here(line), ...library]);
      // The first signed set goes on from none that isn't, and says so.
      const expected = line.includes('--signing-key') ? 3 : 0;
      const told = exitCode === expected ? '' : stderr;
      expect({ line, exitCode, told }).toEqual({ line, exitCode: expected, told: '' });
    }
    // Some thirty runs of the command.
  }, 300_000);
});
