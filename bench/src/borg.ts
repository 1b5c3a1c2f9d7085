import { mkdir } from 'node:fs/promises';
import { answerIn } from './answer.ts';
import { type Measured, measure } from './measure.ts';
import type { Place } from './place.ts';
import { checkBackup, type Tool } from './tool.ts';

/** @throws when there is no borg on the PATH */
export async function openBorg(): Promise<Tool> {
  const { stdout } = await measure('borg', ['--version']);
  return {
    name: 'borg',
    version: stdout.trim(),
    settings: '`--encryption none`, `--compression zstd,1`, a cache of its own for each round',
    async create(place) {
      await borg(place, ['init', '--encryption', 'none']);
    },
    async backup(place, { handedOut, bytes }) {
      const before = await archivesIn(place);
      const args = ['create', '--compression', 'zstd,1', '--json', `::backup-${before.length + 1}`, '.'];
      const measured = await borg(place, args, handedOut);
      const readBytes = answerIn(measured.stdout).object('archive').object('stats').number('original_size');
      const sets = { before: before.length, after: (await archivesIn(place)).length };
      checkBackup('borg', { sets, readBytes, sourceBytes: bytes });
      return measured;
    },
    async verify(place) {
      const measured = await borg(place, ['check', '--verify-data', '--info']);
      const says = [
        /verified [1-9]\d* chunks with 0 integrity errors/,
        /Archive consistency check complete, no problems/,
      ];
      if (says.every((words) => words.test(measured.stderr))) return measured;
      throw new Error(`borg check said:\n${measured.stderr}`);
    },
    async restore(place, to) {
      const newest = (await archivesIn(place)).at(-1);
      if (newest === undefined) throw new Error('borg lists no archive');
      await mkdir(to);
      return await borg(place, ['extract', `::${newest}`], to);
    },
  };
}

/** Names, the newest last. */
async function archivesIn(place: Place): Promise<readonly string[]> {
  const { stdout } = await borg(place, ['list', '--json']);
  return answerIn(stdout)
    .list('archives')
    .map((archive) => archive.text('name'));
}

function borg({ folder, repository, cache }: Place, args: readonly string[], cwd: string = folder): Promise<Measured> {
  const env = {
    BORG_REPO: repository,
    BORG_BASE_DIR: cache,
    // Without these it asks, and there is nobody to answer.
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
  };
  return measure('borg', args, { cwd, env });
}
