import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { koffiAddon } from '../build/places.ts';
import { imageDigest } from '../inside/image-digest.ts';
import { loadAddon } from '../inside/load-addon.ts';

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'addon-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'koffi.node');
}

const bytes = Buffer.from('no library at all');

it('says that the file is missing', () => {
  const path = newPath();
  const load = () => loadAddon(path, imageDigest(bytes));
  expect(load).toThrow(expect.objectContaining({ code: 'library-missing', message: expect.stringContaining(path) }));
});

it('refuses another file before any of it is run', () => {
  const path = newPath();
  copyFileSync(koffiAddon, path);
  const message = `${path} is not the file that belongs to this executable`;
  expect(() => loadAddon(path, imageDigest(bytes))).toThrow(
    expect.objectContaining({ code: 'library-missing', message }),
  );
});

it("says why the right file can't be loaded", () => {
  const path = newPath();
  writeFileSync(path, bytes);
  const message = expect.stringContaining(`${path} can't be loaded: `);
  expect(() => loadAddon(path, imageDigest(bytes))).toThrow(
    expect.objectContaining({ code: 'library-missing', message }),
  );
});
