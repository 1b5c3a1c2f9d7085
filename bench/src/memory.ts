import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCa } from '@adcs-backup/standin';
import { adcsBackup } from './command.ts';
import type { Cost } from './measure.ts';

/** Resident memory of backup, verify and restore, on a stand-in CA of a given size. */
const { values } = parseArgs({ options: { gib: { type: 'string', default: '2' }, 'limit-mib': { type: 'string' } } });
const folder = mkdtempSync(join(tmpdir(), 'adcs-backup-memory-'));
try {
  const ca = await createCa(join(folder, 'ca'), { databaseBytes: Number(values.gib) * 1024 ** 3 });
  const sink = join(folder, 'sink');
  mkdirSync(sink);
  const costs: Record<string, Cost> = {
    backup: await adcsBackup('backup', sink, '--certadm', ca.library),
    'verify --read-data': await adcsBackup('verify', sink, '--read-data'),
    'verify --ese': await adcsBackup('verify', sink, '--ese'),
    restore: await adcsBackup('restore', sink, 'latest', '--to', join(folder, 'restored')),
  };
  console.log(`A stand-in database of ${values.gib} GiB:`);
  for (const [name, { peakBytes, wallSeconds }] of Object.entries(costs)) {
    const peak = Math.round(peakBytes / 1024 ** 2);
    console.log(`  ${name.padEnd(20)} ${String(peak).padStart(5)} MiB at most, ${wallSeconds.toFixed(1)} s`);
    if (values['limit-mib'] !== undefined && peak > Number(values['limit-mib'])) {
      console.error(`error: ${name} needed more than ${values['limit-mib']} MiB`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
