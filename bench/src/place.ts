import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where a tool keeps what it stores, and what it remembers beside it. */
export interface Place {
  readonly folder: string;
  /** The sink or repository: the bytes that count. */
  readonly repository: string;
  /** The tool's own cache, alone in its folder: no round profits from another. */
  readonly cache: string;
}

export function placeIn(folder: string): Place {
  return { folder, repository: join(folder, 'repository'), cache: join(folder, 'cache') };
}

/** A new place, in the place of what was there. */
export async function emptyPlace(folder: string): Promise<Place> {
  const place = placeIn(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(place.repository, { recursive: true });
  await mkdir(place.cache);
  return place;
}

/**
 * The same place once more, in the place of what was there. What is stored is linked, not copied: no tool here
 * rewrites a file of its repository. Caches are: they are copied.
 */
export async function clonePlace(from: Place, folder: string): Promise<Place> {
  const place = placeIn(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run('cp', ['-al', from.repository, place.repository]);
  await run('cp', ['-a', from.cache, place.cache]);
  return place;
}
