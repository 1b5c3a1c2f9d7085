import { describe, expect, it } from 'vitest';
import { optionsOf } from '../src/options.ts';

describe('optionsOf', () => {
  it('runs in full unless asked to be quick; single settings win', () => {
    const gib = 2 ** 30;
    expect(optionsOf([])).toMatchObject({ name: 'full', databaseBytes: 2 * gib, rounds: 5 });
    expect(optionsOf(['--quick'])).toMatchObject({ name: 'quick', databaseBytes: gib / 2, rounds: 3 });
    expect(optionsOf(['--quick', '--mib', '64', '--rounds', '1', '--name', 'x', '--dir', '/srv'])).toEqual({
      name: 'x',
      databaseBytes: 64 * 2 ** 20,
      rounds: 1,
      dir: '/srv',
    });
  });

  it('gives none when help is asked for', () => {
    expect(optionsOf(['--quick', '--help'])).toBeUndefined();
  });

  it.each([[['--rounds', '0']], [['--mib', 'many']], [['--slow']], [['extra']]])(
    'refuses %j with the usage',
    (args) => {
      expect(() => optionsOf(args)).toThrow('usage: pnpm bench');
    },
  );
});
