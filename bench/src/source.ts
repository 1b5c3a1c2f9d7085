import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { compareRestored, type StandinCa } from '@adcs-backup/standin';
import { lineOf } from './answer.ts';
import { adcsBackup } from './command.ts';
import { bytesIn } from './folder.ts';
import type { Place } from './place.ts';
import type { Source } from './tool.ts';

/**
 * Backs the CA up into `place` and writes what it handed out into a folder, in the place of what was there.
 * @throws when a file there isn't, byte for byte, what the stand-in of Certadm recorded to have handed out
 */
export async function handOut(ca: StandinCa, place: Place, handedOut: string): Promise<Source> {
  await ca.recordDigests(true);
  await ca.clearReport();
  await adcsBackup('backup', place.repository, '--type', 'full', '--certadm', ca.library);
  await ca.recordDigests(false);
  await rm(handedOut, { recursive: true, force: true });
  const { stdout } = await adcsBackup('restore', place.repository, 'latest', '--to', handedOut, '--json');
  const files = lineOf(stdout, 'set-restored').list('files');
  const restored = files.map((file) => {
    return { role: file.text('role'), name: file.text('name'), path: file.text('path') };
  });
  const { digests } = await ca.report();
  const { identical, differences } = await compareRestored(restored, digests, ca.enrollFolder);
  if (differences.length > 0 || !identical.some((file) => file.name === basename(ca.databasePath))) {
    throw new Error(`${basename(dirname(handedOut))} is not what was handed out:\n${differences.join('\n')}`);
  }
  return { library: ca.library, handedOut, bytes: await bytesIn(handedOut) };
}
