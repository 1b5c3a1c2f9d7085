import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CaShape, createCa } from '@adcs-backup/standin';
import { newFolder, type Place } from '../test/place.ts';
import type { CloudSink } from './cloud-sink.ts';

/** A small CA beside an empty sink in a real store. */
export async function newCloudPlace({ url, env }: Pick<CloudSink, 'url' | 'env'>, shape: CaShape = {}): Promise<Place> {
  const folder = await newFolder();
  await mkdir(join(folder, 'sink'));
  const small = { name: 'Test CA', databaseBytes: 256 * 1024, logCount: 4, checkpointLag: 2 };
  const ca = await createCa(join(folder, 'ca'), { ...small, ...shape });
  return { folder, sink: url, env, ca, backup: ['backup', url, '--certadm', ca.library] };
}
