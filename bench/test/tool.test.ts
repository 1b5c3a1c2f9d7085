import { describe, expect, it } from 'vitest';
import { checkBackup } from '../src/tool.ts';

describe('checkBackup', () => {
  const found = { sets: { before: 1, after: 2 }, readBytes: 1_000_100, sourceBytes: 1_000_000 };

  it('accepts one backup more that read all of the source', () => {
    expect(() => checkBackup('borg', found)).not.toThrow();
  });

  it('refuses a backup that is not listed', () => {
    expect(() => checkBackup('restic', { ...found, sets: { before: 1, after: 1 } })).toThrow('restic lists 1 backups');
  });

  it.each([0, 990_000, 1_010_000, Number.NaN])('refuses a backup that read %d of 1000000 bytes', (readBytes) => {
    expect(() => checkBackup('borg', { ...found, readBytes })).toThrow('the source has 1000000');
  });
});
