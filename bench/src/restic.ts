import { mkdir } from 'node:fs/promises';
import { answerIn, listIn } from './answer.ts';
import { type Measured, measure } from './measure.ts';
import type { Place } from './place.ts';
import { checkBackup, type Tool } from './tool.ts';

/** @throws when there is no restic on the PATH */
export async function openRestic(): Promise<Tool> {
  const { stdout } = await measure('restic', ['version']);
  return {
    name: 'restic',
    version: stdout.trim(),
    settings: 'repository version 2, `--compression auto`, encrypted (it always is), a cache of its own for each round',
    async create(place) {
      await restic(place, ['init', '--repository-version', '2']);
    },
    async backup(place, { handedOut, bytes }) {
      const before = await snapshotsIn(place);
      const measured = await restic(place, ['backup', '--compression', 'auto', '--quiet', '--json', '.'], handedOut);
      const readBytes = answerIn(measured.stdout).number('total_bytes_processed');
      checkBackup('restic', { sets: { before, after: await snapshotsIn(place) }, readBytes, sourceBytes: bytes });
      return measured;
    },
    async verify(place) {
      const measured = await restic(place, ['check', '--read-data']);
      const says = ['read all data', 'no errors were found'];
      if (says.every((words) => measured.stdout.includes(words))) return measured;
      throw new Error(`restic check said:\n${measured.stdout}`);
    },
    async restore(place, to) {
      await mkdir(to);
      return await restic(place, ['restore', 'latest', '--target', to]);
    },
  };
}

async function snapshotsIn(place: Place): Promise<number> {
  const { stdout } = await restic(place, ['snapshots', '--json']);
  return listIn(stdout).length;
}

function restic(
  { folder, repository, cache }: Place,
  args: readonly string[],
  cwd: string = folder,
): Promise<Measured> {
  const env = { RESTIC_REPOSITORY: repository, RESTIC_CACHE_DIR: cache, RESTIC_PASSWORD: 'bench' };
  return measure('restic', args, { cwd, env });
}
