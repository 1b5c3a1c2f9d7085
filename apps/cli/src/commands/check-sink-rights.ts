import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import { readableByOthers } from '../rights/this-machine.ts';
import { type Check, ok, warning } from './check.ts';

/** What a sink keeps the CA's data in; a backup makes them closed to others, and leaves those that are there as they are. */
const kept = ['sets', 'data'];
const name = 'sink rights';

/**
 * What doctor says about who else reads the sets in a folder; nothing of a folder that has none.
 * @param where a path or a `file:` URL
 */
export async function sinkRightsChecks(where: string): Promise<readonly Check[]> {
  const { diskLocation } = await import('@adcs-backup/sink-disk');
  const folder = resolve(diskLocation(where) ?? where);
  const folders = kept.map((each) => join(folder, each)).filter((each) => existsSync(each));
  if (folders.length === 0) return [];
  const checks: Check[] = [];
  for (const each of folders) checks.push(...(await rightsOf(each)));
  return checks.length > 0 ? checks : [ok(name, 'nobody else can read the sets')];
}

async function rightsOf(folder: string): Promise<readonly Check[]> {
  try {
    const open = await readableByOthers(folder);
    return open === undefined ? [] : [warning(name, `${folder} can be read ${open.who}`, open.remedy)];
    /* v8 ignore start -- @preserve a share that tells nothing about rights; it was there a moment ago */
  } catch (error) {
    if (AdcsBackupError.is(error)) throw error;
    return [{ name, status: 'unknown', message: messageOf(error) }];
  }
  /* v8 ignore stop -- @preserve */
}
