import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ended } from '@adcs-backup/wine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, hereOf, newCa, plugIn, typed } from './windows.ts';

/** What docs/install-windows.md tells people to type, typed as it stands. */

const page = await readFile(new URL('../../../docs/install-windows.md', import.meta.url), 'utf8');

/** The lines of each box in this language, from top to bottom. */
function boxes(language: string): string[][] {
  const found = page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, 'gms'));
  return [...found].map(([, text = '']) => text.split('\n'));
}

/** Ends at the first line that fails, with its exit code. */
async function type(lines: readonly string[]): Promise<Ended> {
  const [enter = '', ...rest] = ['cd /d "%ProgramFiles%\\adcs-backup"', ...lines];
  return await typed([enter, ...rest.flatMap((line) => [line, 'if errorlevel 1 exit %ERRORLEVEL%'])]);
}

async function typeAll(lines: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await type(lines);
  expect(code, `${lines.join('\n')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

describe('the page on installing', () => {
  it('says of each box who takes it: a prompt, as tried here, or PowerShell', () => {
    const languages = [...page.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    expect(new Set(languages)).toEqual(new Set(['bat', 'json', 'powershell']));
    for (const [first] of boxes('powershell')) expect(first).toBe('# PowerShell');
    expect([boxes('bat').length, boxes('json').length]).toEqual([7, 1]);
  });

  it('leads from the version to a restore of an encrypted, signed set', async () => {
    const { ca } = await newCa();
    const disk = await plugIn('d:');
    await plugIn('e:');
    const data = hereOf('C:\\ProgramData\\adcs-backup');
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const [look = [], trial = [], removal = [], reading = [], signing = [], watching = [], restoring = []] =
      boxes('bat');
    expect(await typeAll(look)).toMatch(/^server +ok/m);
    expect(await typeAll(trial)).toMatch(/^Set \S+ is sealed and sound\.$.*^Set \S+ is restored\.$/ms);
    await typeAll(removal);
    const recipient = /age1pq\w+/.exec(await typeAll(reading))?.[0] ?? 'no key was printed';
    await typeAll(signing);
    const settings = boxes('json').flat().join('\n').replace('age1…', recipient);
    await writeFile(join(data, 'config.json'), settings);

    await mkdir(join(disk, 'Backups'));
    const task = /-Argument '(.*)'/.exec(page)?.[1] ?? 'no task';
    const runs = (await ca.report()).sessions.begun;
    await typeAll([`adcs-backup ${task}`]);
    expect((await ca.report()).sessions).toEqual({ begun: runs + 1, left: 0 });
    expect(await readFile(join(data, 'logs', 'backup.log'), 'utf8')).toMatch(/exit code 0\n$/);
    const shown = await adcsBackup(['show', 'D:\\Backups', 'latest', '--json']);
    expect(shown.stdout).toContain(recipient);

    expect(await typeAll(watching)).toContain('-full');
    expect(await typeAll(restoring)).toMatch(/^ {2}signed +by RW/m);
    const list = await adcsBackup(['list', 'D:\\Backups', '--json']);
    expect(jsonLines(list.stdout)[0]).toMatchObject({ type: 'set-listed', sealedAt: expect.stringMatching(/^\d{4}-/) });
  });
});
