import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CliResult, resultOf, startCli } from '../test/run-cli.ts';
import { begunLabels, mapCountOf } from './stored-objects.ts';

/** When a run is killed: after so many milliseconds, or when it has come to a certain point. */
export type Moment = number | 'begun' | 'first map' | 'second map' | 'sealing' | 'sealed' | 'ending';

/** The named moments. */
export const moments: readonly Moment[] = ['begun', 'first map', 'sealing', 'second map', 'sealed', 'ending'];

const POLL_MS = 2;

/** Begins a run of the command and kills it; it may have ended before. */
export async function runAndKill(args: readonly string[], sink: string, moment: Moment): Promise<CliResult> {
  const labels = await begunLabels(sink);
  const child = startCli([...args, '--json']);
  const result = resultOf(child);
  let printed = '';
  child.stdout.on('data', (text: string) => {
    printed += text;
  });
  const ended = result.then(() => true);
  const hasCome = typeof moment === 'number' ? undefined : detector(moment, { sink, labels, printed: () => printed });
  if (hasCome === undefined) await Promise.race([delay(Number(moment)), ended]);
  // Of two that are settled the first one counts: a run that has ended won't come anywhere any more.
  else while (!(await Promise.race([ended, hasCome()]))) await delay(POLL_MS);
  child.kill('SIGKILL');
  return await result;
}

interface Watched {
  readonly sink: string;
  /** Of the runs before. */
  readonly labels: readonly string[];
  readonly printed: () => string;
}

function detector(moment: Exclude<Moment, number>, { sink, labels, printed }: Watched): () => Promise<boolean> {
  const ownLabel = async (): Promise<string | undefined> =>
    (await begunLabels(sink)).find((label) => !labels.includes(label));
  const hasMaps = async (count: number): Promise<boolean> => {
    const label = await ownLabel();
    return label !== undefined && (await mapCountOf(sink, label)) >= count;
  };
  switch (moment) {
    case 'begun':
      return async () => (await ownLabel()) !== undefined;
    case 'first map':
      return () => hasMaps(1);
    case 'second map':
      return () => hasMaps(2);
    case 'sealing':
      return async () => printed().includes('"state":"sealing"');
    case 'sealed':
      return async () => {
        const label = await ownLabel();
        return label !== undefined && (await hasManifest(sink, label));
      };
    case 'ending':
      return async () => printed().includes('"state":"ending-session"');
  }
}

export async function hasManifest(sink: string, label: string): Promise<boolean> {
  const paths = await readdir(join(sink, 'sets'), { recursive: true }).catch(() => []);
  return paths.some((path) => path.endsWith(`${label}.json`));
}
