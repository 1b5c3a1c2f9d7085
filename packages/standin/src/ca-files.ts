import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseSeed } from './database-of.ts';
import type { CaLayout } from './layout.ts';
import { changeSettings, readSettings } from './settings-file.ts';

/** What the generator works on, by the CA's state. */
export interface CaFiles {
  readonly layout: CaLayout;
  readonly databases: readonly CaDatabase[];
  readonly seed: number;
  /** How many generations the checkpoint lies behind the current log. */
  readonly checkpointLag: number;
  readonly circularLogging: boolean;
}

export interface CaDatabase {
  /** In the attach lists of the logs. */
  readonly id: number;
  readonly path: string;
  readonly seed: number;
}

export function readCaFiles(layout: CaLayout): CaFiles {
  const settings = readSettings(layout.state);
  const value = (key: string): number => Number(settings.find(([name]) => name === key)?.[1] ?? 0);
  const names = settings.filter(([key]) => key === 'database').map(([, name]) => String(name));
  const seed = value('seed');
  return {
    layout,
    databases: names.map((name, index) => {
      return { id: index + 1, path: join(layout.logFolder, name), seed: databaseSeed(seed, index) };
    }),
    seed,
    checkpointLag: value('checkpointLag'),
    circularLogging: value('circularLogging') === 1,
  };
}

/** A number that tells what is written next from all that was written before, even before the CA was reverted. */
export function nextVersion({ state }: CaLayout): number {
  const version = Number(new Map(readSettings(state)).get('version')) + 1;
  changeSettings(state, [['version', version]]);
  return version;
}

/** Whether a backup is going on. A session whose process was killed counts until the next one. */
export function isSessionOpen({ session }: CaLayout): boolean {
  try {
    return readFileSync(session, 'utf8').startsWith('open');
  } catch (error) {
    // On Windows nobody else may read what a session holds.
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
