import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Place } from './place.ts';
import { cli } from './run-cli.ts';
import { backUp, newPast, type ToldBackup } from './told-backup.ts';

/** What else can happen to a CA between two backups. */

interface Event {
  /** Before the newest sets are taken. */
  readonly before?: (place: Place) => Promise<void>;
  readonly happen: (place: Place) => Promise<void>;
  readonly auto: ToldBackup['told'];
  readonly logsOnly: ToldBackup['told'];
  readonly full: ToldBackup['told'];
  /** What people are told when logs only were asked for. */
  readonly words: readonly (string | RegExp)[];
  /** Of the run after all that; default: logs only again. */
  readonly next?: ToldBackup['told'];
}

const missingFull =
  'CertSrvBackupPrepareW failed: no full backup to build on (0xC8000230, hrMissingFullBackup, ESE -560)';
const circular = 'CertSrvBackupPrepareW failed: circular logging is on (0xC800020E, hrInvalidBackup, ESE -526)';
const soundFull = { exitCode: 0, sealed: 'full, sound' };
const newHistory = { exitCode: 3, sealed: 'full, sound', warnings: ['history-forked'] };
const issuance = { changedPages: 2, logs: 2 };

const events: Readonly<Record<string, Event>> = {
  'a full backup of the volumes (VSS)': {
    happen: async ({ ca }) => await ca.takeSnapshot({ truncate: true }),
    auto: { ...soundFull, fullSince: missingFull },
    logsOnly: { exitCode: 1, error: 'full-backup-missing' },
    full: soundFull,
    words: [`error: ${missingFull}\n`, 'hint:  Take a full backup with log truncation first'],
  },
  'a full backup by another tool that truncated': {
    happen: async ({ ca }) => {
      await ca.backUpWithAnotherTool({ type: 'full', truncate: true });
      await ca.issueCertificates(issuance);
    },
    auto: { ...soundFull, fullSince: expect.stringMatching(/^the sink has logs up to \d+, the CA from \d+ on: those/) },
    logsOnly: {
      exitCode: 14,
      sealed: 'logs-only, suspect',
      found: ['log-missing'],
      warnings: ['not-truncated'],
      error: 'set-suspect',
    },
    full: soundFull,
    words: [
      /^found: log \d+ is missing from the chain$/m,
      /^error: the set \S+-logs-only is suspect: log \d+ is missing from the chain$/m,
      'Take a full set (--type full --truncate-logs), and find out what deletes logs of this CA',
    ],
  },
  'a revert of the machine': {
    before: async (place) => {
      await place.ca.saveState(join(place.folder, 'saved'));
      expect((await backUp(place, '--type', 'auto', '--truncate-logs')).told.sealed).toBe('logs-only, sound');
    },
    happen: async ({ ca, folder }) => {
      await ca.revertTo(join(folder, 'saved'));
      await ca.issueCertificates(issuance);
    },
    auto: { ...newHistory, fullSince: expect.stringMatching(/: log 5 was written a second time$/) },
    logsOnly: { exitCode: 14, error: 'history-forked' },
    full: newHistory,
    words: [
      'error: the CA does not go on from where the newest set ends: ',
      'hint:  It was restored, or its machine reverted. Keep all sets, and take a full one',
    ],
  },
  'a restore': {
    before: async (place) => {
      const to = join(place.folder, 'restored');
      expect(await cli(['restore', place.sink, 'latest', '--to', to])).toMatchObject({ exitCode: 0 });
    },
    happen: async ({ ca, folder }) => {
      await ca.restoreFrom(join(folder, 'restored', 'DataBase'));
      await ca.issueCertificates(issuance);
    },
    auto: { ...newHistory, fullSince: missingFull },
    logsOnly: { exitCode: 1, error: 'full-backup-missing' },
    full: newHistory,
    words: [`error: ${missingFull}\n`],
  },
  'circular logging': {
    happen: async ({ ca }) => await ca.useCircularLogging(true),
    auto: { ...soundFull, fullSince: circular },
    logsOnly: { exitCode: 1, error: 'circular-logging' },
    full: soundFull,
    words: [
      `error: ${circular}\n`,
      'hint:  With circular logging the CA keeps no logs to back up: take full backups only',
    ],
    next: { ...soundFull, fullSince: circular },
  },
};

describe.each(Object.entries(events))('after %s', (_name, { before, happen, auto, logsOnly, full, words, next }) => {
  it('logs only never truncate, and auto takes the full set that is due', async () => {
    const place = await newPast();
    await before?.(place);
    await happen(place);
    const first = await backUp(place, '--type', 'auto', '--truncate-logs');
    expect(first.told).toEqual(auto);
    expect(first.isTruncated).toBe(true);
    if (auto.fullSince !== undefined) expect(first.stderr).toMatch(/^taking a full set: /m);

    await place.ca.issueCertificates(issuance);
    await happen(place);
    const second = await backUp(place, '--type', 'logs-only', '--truncate-logs');
    expect(second.told).toEqual(logsOnly);
    for (const word of words) expect(second.stderr).toMatch(word);
    expect(second.isTruncated).toBe(false);
    expect(second.logsAfter).toEqual(expect.arrayContaining([...second.logsBefore]));

    const third = await backUp(place, '--type', 'full', '--truncate-logs');
    expect(third.told).toEqual(full);
    expect(third.ended['chain'] === first.ended['chain']).toBe(full.warnings === undefined);
    const last = await backUp(place, '--type', 'auto', '--truncate-logs');
    expect(last.told).toEqual(next ?? { exitCode: 0, sealed: 'logs-only, sound' });
    expect(last.ended['chain']).toBe(third.ended['chain']);
  });
});
