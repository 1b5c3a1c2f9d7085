import { lineOf, linesOf } from './answer.ts';
import { adcsBackup } from './command.ts';
import { measuredCommit } from './commit.ts';
import type { Place } from './place.ts';
import { checkBackup, type Tool } from './tool.ts';

/** The built adcs-backup, on a stand-in of Certadm. */
export async function openOurs(): Promise<Tool> {
  const { stdout } = await adcsBackup('--version');
  const commit = await measuredCommit();
  return {
    name: 'adcs-backup',
    version: [`adcs-backup ${stdout.trim()}`, commit, `Node ${process.version}`].filter(Boolean).join(', '),
    settings: '`backup`, `verify --read-data` and `restore` with their defaults; not encrypted',
    create: async () => undefined,
    async backup({ repository }, { library, bytes }) {
      const before = await setsIn(repository);
      const measured = await adcsBackup('backup', repository, '--type', 'full', '--certadm', library, '--json');
      const ended = lineOf(measured.stdout, 'backup-ended');
      const sets = { before, after: await setsIn(repository) };
      checkBackup('adcs-backup', { sets, readBytes: ended.number('sourceBytes'), sourceBytes: bytes });
      return measured;
    },
    verify: ({ repository }) => verify(repository),
    async restore({ repository }, to) {
      const measured = await adcsBackup('restore', repository, 'latest', '--to', to, '--json');
      lineOf(measured.stdout, 'set-restored');
      return measured;
    },
  };
}

async function verify(repository: Place['repository']): ReturnType<Tool['verify']> {
  const measured = await adcsBackup('verify', repository, '--read-data', '--json');
  const verdicts = linesOf(measured.stdout, 'set-verified');
  const damaged = verdicts.filter((verdict) => verdict.number('findings') > 0 || verdict.number('blocksChecked') === 0);
  if (verdicts.length > 0 && damaged.length === 0) return measured;
  throw new Error(`adcs-backup verified ${verdicts.length} sets, ${damaged.length} of them damaged or not read`);
}

async function setsIn(repository: Place['repository']): Promise<number> {
  const { stdout } = await adcsBackup('list', repository, '--json');
  return linesOf(stdout, 'set-listed').length;
}
