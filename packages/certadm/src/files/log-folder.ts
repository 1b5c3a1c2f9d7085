/** What lies in the CA's log folder, by our own file I/O. */
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogFolder, messageOf, type RestoreMap } from '@adcs-backup/core';
import { serverPath } from './server-path.ts';

/** A closed log: five hex digits up to 0xFFFFF, then eight. `edb.log` is the live one. */
const closedLog = /^edb([0-9a-f]{5}|[0-9a-f]{8})\.log$/i;

export async function logFolderOf(restoreMap: RestoreMap, server: string): Promise<LogFolder> {
  const path = restoreMap.entries.find((entry) => entry.kind === 'log-directory')?.path;
  if (path === undefined) {
    return { readable: false, path: '', reason: 'the restore map names no log directory' };
  }
  try {
    return await readLogFolder(serverPath(path, server));
  } catch (error) {
    return { readable: false, path, reason: messageOf(error) };
  }
}

/** @param folder local path */
async function readLogFolder(folder: string): Promise<LogFolder> {
  const names = (await readdir(folder)).filter((name) => closedLog.test(name));
  const generations = names.map(generationOf).sort((a, b) => a - b);
  const [lowestGeneration, highestGeneration] = [generations.at(0), generations.at(-1)];
  const { bavail, blocks, bsize } = await statfs(folder);
  return {
    readable: true,
    path: folder,
    logCount: names.length,
    ...(lowestGeneration === undefined ? {} : { lowestGeneration }),
    ...(highestGeneration === undefined ? {} : { highestGeneration }),
    logBytes: await totalBytes(folder, names),
    freeBytes: bavail * bsize,
    volumeBytes: blocks * bsize,
  };
}

/** Of a closed log. */
function generationOf(name: string): number {
  return Number.parseInt(name.slice('edb'.length, -'.log'.length), 16);
}

async function totalBytes(folder: string, names: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) {
    bytes += (await stat(join(folder, name))).size;
  }
  return bytes;
}
