import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AccessOfOthers, WindowsFiles } from '@adcs-backup/certadm';
import { describe, expect, it } from 'vitest';
import { sinkRightsChecks } from '../src/commands/check-sink-rights.ts';
import { changeableByOthers } from '../src/rights/mode-rights.ts';
import { windowsHands } from '../src/rights/this-machine.ts';
import * as windows from '../src/rights/windows-rights.ts';
import { newFolder } from './place.ts';
import { cli } from './run-cli.ts';

const me = process.geteuid?.() ?? 0;

async function newFile(mode: number): Promise<string> {
  const path = join(await newFolder(), 'config.json');
  await writeFile(path, '{}');
  await chmod(path, mode);
  return path;
}

describe('who may change a file, by its owner and mode', () => {
  it.each([0o600, 0o644, 0o755])('nobody else with mode %o', async (mode) => {
    expect(changeableByOthers(await newFile(mode), [0, me])).toBeUndefined();
  });

  it.each([0o660, 0o602, 0o666])('others with mode %o, and how to close it is told', async (mode) => {
    const path = await newFile(mode);
    expect(changeableByOthers(path, [0, me])).toEqual({
      who: `by its group or by others (mode ${mode.toString(8)})`,
      remedy: `Close it: chmod go-w ${path}.`,
    });
  });

  it('its owner, unless he is root or the one who asks', async () => {
    const path = await newFile(0o600);
    expect(changeableByOthers(path, [me + 1])).toEqual({
      who: `by its owner, user ${me}`,
      remedy: `Make it root's: chown root ${path}.`,
    });
  });

  it('nobody who may only add to a folder, as in /tmp', async () => {
    const folder = await newFolder();
    await chmod(folder, 0o1777);
    expect(changeableByOthers(folder, [0, me])).toBeUndefined();
    await chmod(folder, 0o777);
    expect(changeableByOthers(folder, [0, me])).toBeDefined();
  });
});

describe('what doctor says of a folder with sets', () => {
  const rights = async (sink: string): Promise<readonly string[]> =>
    (await sinkRightsChecks(sink)).map(({ status, message, hint }) => [status, message, hint].join('; '));

  it('is nothing before there are any', async () => {
    expect(await rights(await newFolder())).toEqual([]);
  });

  it('is fine when they are open to their owner alone, as a backup makes them', async () => {
    const sink = await newFolder();
    await mkdir(join(sink, 'sets'), { mode: 0o700 });
    expect(await rights(sink)).toEqual(['ok; nobody else can read the sets; ']);
    expect(await rights(pathToFileURL(sink).href)).toHaveLength(1);
  });

  it('is a warning for each folder that others can read, with the command that closes it', async () => {
    const sink = await newFolder();
    for (const [name, mode] of [
      ['sets', 0o700],
      ['data', 0o750],
    ] as const) {
      await mkdir(join(sink, name));
      await chmod(join(sink, name), mode);
    }
    const data = join(sink, 'data');
    expect(await rights(sink)).toEqual([
      `warning; ${data} can be read by its group or by others (mode 750); Close it: chmod go-rwx ${data}.`,
    ]);
  });
});

describe('a configuration file', () => {
  it('that others may change is refused, with the command that closes it', async () => {
    const path = await newFile(0o664);
    const { exitCode, stderr } = await cli(['list', await newFolder(), '--config', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`configuration file ${path} can be changed by its group or by others (mode 664)`);
    expect(stderr).toContain(`chmod go-w ${path}`);
  });

  it.skipIf(me !== 0)('of another user is refused (skipped unless root runs the tests)', async () => {
    const path = await newFile(0o600);
    await chown(path, 12345, 12345);
    const { exitCode, stderr } = await cli(['list', await newFolder(), '--config', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('can be changed by its owner, user 12345');
  });

  it('that is not there is told as before', async () => {
    const path = join(await newFolder(), 'none.json');
    const { exitCode, stderr } = await cli(['list', await newFolder(), '--config', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`configuration file ${path} can't be read: ENOENT`);
  });

  it('below a folder that is none is told, too', async () => {
    const file = await newFile(0o600);
    const { stderr } = await cli(['list', await newFolder(), '--config', join(file, 'config.json')]);
    expect(stderr).toContain("config.json can't be read: ENOTDIR");
  });
});

describe("Windows' lists of rights", () => {
  const users = { sid: 'S-1-5-32-545', name: 'BUILTIN\\Users' };
  const stranger = { sid: 'S-1-5-21-9-9-9-1234' };
  const files = (access: Partial<AccessOfOthers>): WindowsFiles => ({
    makeClosedFile: () => undefined,
    makeClosedFolder: () => undefined,
    accessOfOthers: () => ({
      mayRead: [],
      mayWrite: [],
      remedy: ['icacls "C:\\key" /one', 'icacls "C:\\key" /two'],
      ...access,
    }),
  });

  it('that have nobody else close a file', () => {
    expect(windows.changeableByOthers(files({ mayRead: [users] }), 'C:\\key')).toBeUndefined();
    expect(() => windows.refuseReadableKey(files({ mayWrite: [users] }), 'C:\\key')).not.toThrow();
  });

  it('name who may change it, by number if need be', () => {
    expect(windows.changeableByOthers(files({ mayWrite: [users, stranger] }), 'C:\\key')).toEqual({
      who: 'by BUILTIN\\Users, S-1-5-21-9-9-9-1234',
      remedy: 'Close it: icacls "C:\\key" /one, then icacls "C:\\key" /two.',
    });
  });

  it('that let others read a private key make it unusable', () => {
    const refuse = (): void => windows.refuseReadableKey(files({ mayRead: [users] }), 'C:\\key');
    expect(refuse).toThrow(
      expect.objectContaining({
        code: 'key-unusable',
        message: 'C:\\key can be read by BUILTIN\\Users',
        hint: expect.stringMatching(/icacls .* make a new key\.$/),
      }),
    );
  });
});

it('elsewhere than on Windows modes do all of it', () => {
  expect(windowsHands('linux')).toEqual({});
});
