import { whileHeld } from '@adcs-backup/core';
import { describe, expect, it } from 'vitest';

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Fails so many times, then succeeds. */
function held(times: number, error: Error = systemError('EBUSY')) {
  const pauses: number[] = [];
  let tries = 0;
  return {
    pauses,
    tries: () => tries,
    pause: async (milliseconds: number) => pauses.push(milliseconds),
    async work() {
      tries += 1;
      if (tries <= times) throw error;
      return 'done';
    },
  };
}

describe('on Windows', () => {
  const platform = 'win32';

  it('what succeeds is done once', async () => {
    const { work, tries, pauses, pause } = held(0);
    expect(await whileHeld(work, { platform, pause })).toBe('done');
    expect([tries(), pauses]).toEqual([1, []]);
  });

  it.each(['EBUSY', 'EPERM', 'EACCES'])('what fails with %s is tried again, later each time', async (code) => {
    const { work, pauses, pause } = held(3, systemError(code));
    expect(await whileHeld(work, { platform, pause })).toBe('done');
    expect(pauses).toEqual([10, 20, 40]);
  });

  it('patience ends, with the error as it is', async () => {
    const error = systemError('EBUSY');
    const { work, tries, pauses, pause } = held(9, error);
    await expect(whileHeld(work, { platform, pause })).rejects.toBe(error);
    expect([tries(), pauses.reduce((sum, each) => sum + each)]).toEqual([9, 2550]);
  });

  it('the last try counts', async () => {
    const { work, pause } = held(8);
    expect(await whileHeld(work, { platform, pause })).toBe('done');
  });

  it.each([systemError('ENOENT'), new Error('bug')])('another error, %s, is thrown at once', async (error) => {
    const { work, tries, pause } = held(1, error);
    await expect(whileHeld(work, { platform, pause })).rejects.toBe(error);
    expect(tries()).toBe(1);
  });

  it('only the codes that were named count', async () => {
    const { work, tries, pause } = held(1, systemError('EPERM'));
    await expect(whileHeld(work, { platform, pause, codes: ['EBUSY'] })).rejects.toMatchObject({ code: 'EPERM' });
    expect(tries()).toBe(1);
  });

  it('the pauses are real ones', async () => {
    expect(await whileHeld(held(2).work, { platform })).toBe('done');
  });
});

it('elsewhere such an error is thrown at once: no file is held against its removal', async () => {
  const { work, tries, pause } = held(1);
  await expect(whileHeld(work, { platform: 'linux', pause })).rejects.toMatchObject({ code: 'EBUSY' });
  expect(tries()).toBe(1);
});
