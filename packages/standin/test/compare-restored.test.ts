import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareRestored } from '../src/compare-restored.ts';
import { temporaryFolder } from './temporary-ca.ts';

function handedOut(name: string, content: string) {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path: `\\\\ca01.example\\C$\\CertLog\\${name}`, sizeBytes: content.length, sha256 };
}

/** A folder with these files, as a restore reports them. */
async function restoredFiles(folder: string, contents: Readonly<Record<string, string>>) {
  return await Promise.all(
    Object.entries(contents).map(async ([name, content]) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return { role: 'log', name, path };
    }),
  );
}

async function folders() {
  const folder = await temporaryFolder();
  const enrollFolder = join(folder, 'CertEnroll');
  await mkdir(enrollFolder);
  return { folder, enrollFolder };
}

describe('comparing a restore', () => {
  it('takes files for identical that have the bytes which were handed out', async () => {
    const { folder, enrollFolder } = await folders();
    await writeFile(join(enrollFolder, 'ca.crl'), 'crl');
    const restored = await restoredFiles(folder, { 'edb00001.log': 'one', 'ca.crl': 'crl' });
    const { identical, differences } = await compareRestored(
      restored,
      [handedOut('edb00001.log', 'one')],
      enrollFolder,
    );
    expect(differences).toEqual([]);
    expect(identical.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['edb00001.log', 3],
      ['ca.crl', 3],
    ]);
  });

  it('names files that differ, are missing, or are one too many', async () => {
    const { folder, enrollFolder } = await folders();
    await writeFile(join(enrollFolder, 'ca.crl'), 'crl');
    const restored = await restoredFiles(folder, { 'edb00001.log': 'two', 'edb00003.log': 'x' });
    const originals = [handedOut('edb00001.log', 'one'), handedOut('edb00002.log', 'two')];
    const { identical, differences } = await compareRestored(restored, originals, enrollFolder);
    expect(identical).toEqual([]);
    expect(differences).toEqual([
      expect.stringMatching(/^edb00001\.log differs: handed out 3 bytes with SHA-256 \w{64}, restored 3 bytes with/),
      'edb00003.log was restored, but never handed out',
      'edb00002.log was handed out, but not restored',
      'ca.crl was handed out, but not restored',
    ]);
  });
});
