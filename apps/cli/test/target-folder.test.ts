import { expect, it } from 'vitest';
import { targetFolder } from '../src/values/target-folder.ts';

it.each([
  ['/srv/restore', '/srv/restore'],
  ['/srv/a/../restore/', '/srv/restore'],
  ['file:///srv/my%20restore', '/srv/my restore'],
  ['/srv/at:12', '/srv/at:12'],
])('%s is the folder %s', async (text, folder) => {
  expect(await targetFolder(text)).toBe(folder);
});

it.each(['restore', 'at:12'])('%s is a folder below the current one', async (text) => {
  expect(await targetFolder(text)).toBe(`${process.cwd()}/${text}`);
});

it.each(['', 'D:\\Restore', 'D:', 's3://bucket/restore'])('%j is no folder of this system', async (text) => {
  await expect(targetFolder(text)).rejects.toMatchObject({ code: 'invalid-location', hint: expect.any(String) });
});
