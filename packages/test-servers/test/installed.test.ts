import { expect, it } from 'vitest';
import { installed, missingOf } from '../src/installed.ts';

it('finds programs by the PATH and in the folders of servers, and says how to get those that are missing', () => {
  expect(installed('sh')).toMatch(/^\/.*\/sh$/);
  expect(missingOf(['sh'], 'dash')).toBeUndefined();
  expect(missingOf(['sh', 'no-such-server'], 'dash some-server')).toBe(
    'no-such-server is not installed: apt-get install -y --no-install-recommends dash some-server',
  );
});
