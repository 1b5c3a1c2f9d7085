/** Runs as a Windows process: checks of the disk sink there, each told as one line of JSON. */
import { mkdirSync } from 'node:fs';
import * as promises from 'node:fs/promises';
import { conformanceChecks } from '@adcs-backup/sink-conformance';
import { openDiskSink } from '../../src/index.ts';
import { withoutLinks } from '../file-systems.ts';
import type { Told, WindowsCheck } from './told.ts';
import { windowsChecks } from './windows-checks.ts';

const [what = '', folder = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

function contract(options: Parameters<typeof openDiskSink>[1]): readonly WindowsCheck[] {
  const open = () => openDiskSink(folder, options);
  const supports = { retention: false, versions: false, pacing: true };
  return conformanceChecks({ name: what, open, supports }).map(({ group, name, skip, run }) => ({
    name: `${group}: ${name}`,
    skip,
    run,
  }));
}

const suites: Readonly<Record<string, () => readonly WindowsCheck[]>> = {
  'with hard links': () => contract({}),
  // What libuv makes of ERROR_INVALID_FUNCTION, the answer of FAT and exFAT.
  'without hard links': () => contract({ fileSystem: withoutLinks(promises, 'EISDIR') }),
  'files of Windows': () => windowsChecks(folder),
};

function tell(told: Told): void {
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

for (const { name, skip, run } of suites[what]?.() ?? []) {
  if (skip !== undefined) {
    tell({ name, status: 'skipped', message: skip });
    continue;
  }
  try {
    await run();
    tell({ name, status: 'passed' });
  } catch (error) {
    tell({ name, status: 'failed', message: error instanceof Error ? `${error.stack}` : String(error) });
  }
}
