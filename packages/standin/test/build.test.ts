import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildStandin, compile, compilerOf } from '../src/build.ts';
import { EXPORT_NAMES } from '../src/index.ts';
import { temporaryFolder } from './temporary-ca.ts';

const mingw = compilerOf('windows');
const hasMingw = spawnSync(mingw, ['--version']).error === undefined;
const reason = hasMingw ? '' : ` (skipped: ${mingw} is not installed)`;

describe('building the stand-in', () => {
  it('gives the same library to several builders at once', { timeout: 60_000 }, async () => {
    const built = await Promise.all([buildStandin(), buildStandin(), buildStandin()]);
    expect(new Set(built).size).toBe(1);
    for (const name of EXPORT_NAMES) expect((await readFile(built[0] ?? '')).includes(`${name}\0`)).toBe(true);
  });

  it('compiles once, and leaves nothing but the library', { timeout: 60_000 }, async () => {
    const folder = join(await temporaryFolder(), 'output');
    const library = await buildStandin('native', folder);
    const { mtimeMs } = await stat(library);
    expect(await buildStandin('native', folder)).toBe(library);
    expect((await stat(library)).mtimeMs).toBe(mtimeMs);
    expect(await readdir(folder)).toEqual([basename(library)]);
  });

  it('names the compiler when there is none', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(compile('native', [], join(await temporaryFolder(), 'x.so'))).rejects.toThrow(
        "the stand-in can't be compiled: the C compiler cc is not installed",
      );
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe.skipIf(!hasMingw)(`building certadm.dll${reason}`, () => {
  it("passes the compiler's check against the system's prototypes", { timeout: 120_000 }, async () => {
    const library = await readFile(await buildStandin('windows'));
    expect(library.subarray(0, 2).toString()).toBe('MZ');
    for (const name of EXPORT_NAMES) expect(library.includes(`${name}\0`)).toBe(true);
  });

  it('refuses a definition that differs from the prototype', { timeout: 60_000 }, async () => {
    const source = join(await temporaryFolder(), 'wrong.c');
    const output = `${source}.dll`;
    const definition = (type: string) =>
      `#include "certadm.h"\nEXPORT HRESULT WINAPI CertSrvBackupRead(HCSBC h, VOID *b, ${type} s, DWORD *g)
      { (void)h; (void)b; (void)s; (void)g; return S_OK; }\n`;
    await writeFile(source, definition('DWORD'));
    await compile('windows', [source], output);
    await writeFile(source, definition('ULONGLONG'));
    const refused = compile('windows', [source], output);
    await expect(refused).rejects.toMatchObject({
      cause: { stderr: expect.stringContaining("conflicting types for 'CertSrvBackupRead'") },
    });
  });
});
