import { describe, expect, it } from 'vitest';
import { attachOrThrow, laterErrorsOf, runAll, unwind } from '../src/first-error.ts';

describe('runAll', () => {
  it('runs every step and throws the first error with the later ones attached', async () => {
    const first = new Error('first');
    const later = new Error('later');
    const steps: string[] = [];
    const run = runAll([
      () => Promise.reject(first),
      () => steps.push('second'),
      () => {
        throw later;
      },
      () => steps.push('last'),
    ]);
    await expect(run).rejects.toBe(first);
    expect(steps).toEqual(['second', 'last']);
    expect(laterErrorsOf(first)).toEqual([later]);
  });
});

describe('unwind', () => {
  it('throws what went wrong before, with what fails while cleaning up attached', async () => {
    const first = new Error('first');
    const steps: string[] = [];
    const run = unwind(first, [() => Promise.reject('later'), () => steps.push('last')]);
    await expect(run).rejects.toBe(first);
    expect(steps).toEqual(['last']);
    expect(laterErrorsOf(first)).toEqual(['later']);
  });
});

describe('attachOrThrow', () => {
  it('keeps the first error in front', () => {
    const first = new Error('read failed');
    attachOrThrow(first, 'close failed');
    attachOrThrow(first, 'end failed');
    expect(laterErrorsOf(first)).toEqual(['close failed', 'end failed']);
  });

  it('throws when nothing went wrong before', () => {
    expect(() => attachOrThrow(undefined, new Error('close failed'))).toThrow('close failed');
  });
});
