import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readFileChunks } from '../src/files/dynamic-file.ts';

it('gives the bytes of a file in chunks of 64 KiB to 1 MiB', async () => {
  const content = Buffer.alloc(700_001, 'crl');
  const path = join(await temporaryFolder(), 'ca.crl');
  await writeFile(path, content);
  const chunks = await collect(readFileChunks(path));
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  const sizes = chunks.slice(0, -1).map((chunk) => chunk.byteLength);
  expect(sizes.filter((size) => size < 64 * 1024 || size > 1024 * 1024)).toEqual([]);
});

it('says which file is unreadable', async () => {
  const path = join(await temporaryFolder(), 'missing.crl');
  await expect(collect(readFileChunks(path))).rejects.toMatchObject({
    code: 'source-unreadable',
    message: expect.stringContaining(path),
    cause: { code: 'ENOENT' },
  });
});

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) {
    collected.push(chunk);
  }
  return collected;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dynamic-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
