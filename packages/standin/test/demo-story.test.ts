import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Answer, answersOf, onlyAnswer } from '../src/demo-cli.ts';
import { tellStory } from '../src/demo-story.ts';
import { temporaryFolder } from './temporary-ca.ts';

/** What a command prints that does nothing: four backups, the last one suspect, and four sets that are intact. */
const verdict = { type: 'set-verified', findings: 0, blocksChecked: 1, bytesRead: 1 };
const ended = { type: 'run-ended', elapsedMs: 1 };
const answers = {
  backup: [
    {
      type: 'backup-ended',
      label: 'L',
      sourceBytes: 1,
      storedBytes: 1,
      elapsedMs: 1,
      files: 0,
      truncation: { before: { logCount: 2 }, after: { logCount: 1 } },
    },
    { type: 'content-found', message: 'page 1' },
  ],
  verify: [verdict, verdict, verdict, verdict, ended],
  restore: [{ type: 'set-skipped', label: 'L' }, { type: 'set-restored', label: 'L', files: [], sizeBytes: 0 }, ended],
};

/** Tells the story with a command that prints these answers, and runs `effect` in the demo's folder. */
async function told(replaced: Partial<Record<keyof typeof answers, unknown[]>>, effect = ''): Promise<unknown> {
  const folder = await temporaryFolder();
  const cli = join(folder, 'cli.cjs');
  const printed = JSON.stringify({ ...answers, ...replaced });
  const print = `for (const line of ${printed}[process.argv[2]]) console.log(JSON.stringify(line));
const { appendFileSync, readFileSync } = require('node:fs');
appendFileSync('count', process.argv[2] === 'backup' ? 'b' : '');
process.exitCode = process.argv[2] === 'backup' && readFileSync('count').length === 4 ? 14 : 0;`;
  await writeFile(cli, `${effect}\n${print}\n`);
  const { signal } = new AbortController();
  return await tellStory({ folder, cli, signal, databaseBytes: 2 ** 20, say: () => undefined }).catch((error) => error);
}

interface Failure {
  readonly when: string;
  readonly replaced?: Partial<Record<keyof typeof answers, unknown[]>>;
  readonly effect?: string;
  readonly message: RegExp;
}

const noteInRecord = (line: string): string => `require('node:fs').appendFileSync('ca/record.txt', '${line}\\n');`;

describe('the story fails', () => {
  it.each<Failure>([
    { when: 'a session was left open', effect: noteInRecord('begin 1'), message: /^left open: 1 sessions/ },
    { when: 'a list was not freed', effect: noteInRecord('allocate 1'), message: /, 1 buffers of Certadm$/ },
    { when: 'a set is missing', replaced: { verify: [verdict, ended] }, message: /^verify did not find four intact/ },
    {
      when: 'a set is damaged',
      replaced: { verify: [verdict, verdict, verdict, { ...verdict, findings: 1 }, ended] },
      message: /^verify did not find four intact/,
    },
    {
      when: 'the suspect set was not stepped over',
      replaced: { restore: answers.restore.slice(1) },
      message: /^the suspect set was not stepped over/,
    },
    {
      when: 'the flipped bit was not found',
      replaced: { backup: answers.backup.slice(0, 1) },
      message: /0 lines of type content-found, not one$/,
    },
    { when: 'nothing was restored', message: /^the restored files are not what the CA handed out/ },
    { when: 'the backup says nothing', replaced: { backup: [] }, message: /0 lines of type backup-ended, not one$/ },
    {
      when: 'it says it twice',
      replaced: { backup: [...answers.backup, ...answers.backup] },
      message: /2 lines of type backup-ended, not one$/,
    },
  ])('when $when', async ({ replaced = {}, effect = '', message }) => {
    expect(await told(replaced, effect)).toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe('an answer', () => {
  it('gives what it has by type, and names what it has not', () => {
    const answer = new Answer({ type: 'a', size: 1, files: [{ type: 'b' }] });
    expect([answer.type, answer.number('size'), answer.list('files')[0]?.text('type')]).toEqual(['a', 1, 'b']);
    expect(() => answer.text('size')).toThrow('without the text "size"');
    expect(() => answer.number('type')).toThrow('without the number "type"');
    expect(() => answer.list('none')).toThrow('without the list "none"');
    expect(() => onlyAnswer([answer], 'b')).toThrow('printed 0 lines of type b');
  });

  it.each(['1', 'null'])('is no %s', async (text) => {
    const folder = await temporaryFolder();
    const cli = join(folder, 'cli.cjs');
    await writeFile(cli, `console.log(${JSON.stringify(text)});`);
    await expect(answersOf({ cli, folder }, [])).rejects.toThrow(`not an object: ${text}`);
  });
});
