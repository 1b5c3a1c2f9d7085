import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileSecurityApi } from '../src/windows/file-security-api.ts';
import { windowsFilesOver } from '../src/windows/windows-files.ts';
import { encodeDescriptor } from './encode-descriptor.ts';

const me = 'S-1-5-21-1-2-3-1105';
const [driveFixed, driveRemote] = [3, 4];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windows-files-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

describe('a closed folder', () => {
  it('is made with a list that inherits nothing, and that all below inherits', () => {
    const api = new FakeApi();
    windowsFilesOver(api).makeClosedFolder('C:\\restore');
    const list = `D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;${me})`;
    expect(api.made).toEqual([['folder', '\\\\?\\C:\\restore', list]]);
  });

  it.each([
    [183, 'EEXIST'],
    [3, 'ENOENT'],
    [5, 'EPERM'],
    [4711, 'UNKNOWN'],
  ])('that fails with Windows error %i fails with %s, and names call and path', (error, code) => {
    const make = (): void => windowsFilesOver(new FakeApi({ error })).makeClosedFolder('C:\\restore');
    expect(make).toThrow(
      expect.objectContaining({ code, message: `${code}: Windows error ${error}, mkdir 'C:\\restore'` }),
    );
  });
});

describe('a closed file', () => {
  it('is made empty with a list that inherits nothing', () => {
    const api = new FakeApi();
    windowsFilesOver(api).makeClosedFile('C:\\keys\\signing.key');
    const list = `D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${me})`;
    expect(api.made).toEqual([['file', '\\\\?\\C:\\keys\\signing.key', list]]);
  });

  it('that exists already stays as it is', () => {
    const make = (): void => windowsFilesOver(new FakeApi({ error: 80 })).makeClosedFile('C:\\key');
    expect(make).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });
});

describe('on a share, whose computer knows other accounts', () => {
  /** A path that Windows takes for a share, and this system for a file name. */
  it.each(['\\\\nas\\share\\', '\\\\?\\UNC\\nas\\share\\'])(
    '%s: files and folders are like any other',
    async (share) => {
      const before = process.cwd();
      process.chdir(folder);
      try {
        const api = new FakeApi();
        windowsFilesOver(api).makeClosedFolder(`${share}folder`);
        windowsFilesOver(api).makeClosedFile(`${share}file`);
        expect((await stat(`${share}folder`)).isDirectory()).toBe(true);
        expect((await stat(`${share}file`)).size).toBe(0);
        expect(api.made).toEqual([]);
      } finally {
        process.chdir(before);
      }
    },
  );

  it('is known by its drive letter, too', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const api = new FakeApi({ driveType: driveRemote });
      windowsFilesOver(api).makeClosedFolder('Z:\\mapped');
      expect(api.made).toEqual([]);
      expect(api.askedDrives).toEqual(['Z:\\']);
      expect((await stat('Z:\\mapped')).isDirectory()).toBe(true);
    } finally {
      process.chdir(before);
    }
  });
});

describe('what others may do with a file', () => {
  it('is told with the names of those whom somebody knows', () => {
    const descriptor = encodeDescriptor('S-1-5-32-544', [
      { mask: 0x1200a9, sid: 'S-1-5-32-545' },
      { mask: 0x1f01ff, sid: 'S-1-5-21-9-9-9-1234' },
      { mask: 0x1f01ff, sid: me },
    ]);
    const api = new FakeApi({ descriptor, names: { 'S-1-5-32-545': 'BUILTIN\\Users' } });
    expect(windowsFilesOver(api).accessOfOthers('C:\\keys\\signing.key')).toEqual({
      mayRead: [{ sid: 'S-1-5-32-545', name: 'BUILTIN\\Users' }, { sid: 'S-1-5-21-9-9-9-1234' }],
      mayWrite: [{ sid: 'S-1-5-21-9-9-9-1234' }],
      remedy: [
        `icacls "C:\\keys\\signing.key" /inheritance:r /grant:r "*S-1-5-18:F" "*S-1-5-32-544:F" "*${me}:F" /remove "*S-1-5-32-545" "*S-1-5-21-9-9-9-1234"`,
      ],
    });
  });

  it('is everything for an owner, who is replaced first', () => {
    const api = new FakeApi({ descriptor: encodeDescriptor('S-1-5-32-545', []) });
    const users = { sid: 'S-1-5-32-545' };
    const { remedy, ...access } = windowsFilesOver(api).accessOfOthers(folder);
    expect(access).toEqual({ mayRead: [users], mayWrite: [users], owner: users });
    const grants = ['S-1-5-18', 'S-1-5-32-544', me].map((sid) => `"*${sid}:(OI)(CI)F"`).join(' ');
    expect(remedy).toEqual([
      `icacls "${folder}" /setowner "*S-1-5-32-544"`,
      `icacls "${folder}" /inheritance:r /grant:r ${grants} /remove "*S-1-5-32-545"`,
    ]);
  });

  it('is nothing where the list has only those who rule the machine', () => {
    const api = new FakeApi({ descriptor: encodeDescriptor('S-1-5-32-544', [{ mask: 0x1f01ff, sid: 'S-1-5-18' }]) });
    const { remedy, ...access } = windowsFilesOver(api).accessOfOthers(folder);
    expect(access).toEqual({ mayRead: [], mayWrite: [] });
    expect(remedy).toEqual([expect.not.stringContaining('/remove')]);
  });

  it('is never guessed when Windows does not tell', () => {
    const ask = (): unknown => windowsFilesOver(new FakeApi({ error: 5 })).accessOfOthers('C:\\keys');
    expect(ask).toThrow(expect.objectContaining({ code: 'EPERM' }));
  });
});

interface Answers {
  /** Windows error of every call. */
  readonly error?: number;
  readonly driveType?: number;
  readonly descriptor?: Uint8Array;
  readonly names?: Readonly<Record<string, string>>;
}

class FakeApi implements FileSecurityApi {
  readonly made: string[][] = [];
  readonly askedDrives: string[] = [];
  readonly #answers: Answers;

  constructor(answers: Answers = {}) {
    this.#answers = answers;
  }

  currentAccount(): string {
    return me;
  }

  nameOf(sid: string): string | undefined {
    return this.#answers.names?.[sid];
  }

  driveType(root: string): number {
    this.askedDrives.push(root);
    return this.#answers.driveType ?? driveFixed;
  }

  descriptorOf(): Uint8Array | number {
    return this.#answers.descriptor ?? this.#answers.error ?? 2;
  }

  makeFolder(path: string, sddl: string): number {
    this.made.push(['folder', path, sddl]);
    return this.#answers.error ?? 0;
  }

  makeFile(path: string, sddl: string): number {
    this.made.push(['file', path, sddl]);
    return this.#answers.error ?? 0;
  }
}
