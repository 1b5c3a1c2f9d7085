import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Bytes of all files in a folder, as `ls` counts them: sparse or not. */
export async function bytesIn(folder: string): Promise<number> {
  let sum = 0;
  for (const path of await filesIn(folder)) sum += (await stat(path)).size;
  return sum;
}

/** Names, sizes and times of all files in a folder: equal unless somebody wrote there. */
export async function listingOf(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const path of await filesIn(folder)) {
    const { size, mtimeMs } = await stat(path);
    lines.push(`${relative(folder, path)} ${size} ${mtimeMs}`);
  }
  return lines.join('\n');
}

/** Names and SHA-256 of all files in a folder: equal for equal content. */
export async function contentOf(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const path of await filesIn(folder)) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
    lines.push(`${relative(folder, path)} ${hash.digest('hex')}`);
  }
  return lines.join('\n');
}

/** Reads every file of a folder, so that the next reader finds it in memory. */
export async function warm(folder: string): Promise<void> {
  for (const path of await filesIn(folder)) {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) void chunk;
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}
