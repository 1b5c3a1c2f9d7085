import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logGeneration } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import { replayLogs, type StandinCa, stateDigest } from '../src/index.ts';
import type { Library } from './library.ts';
import { begin, entriesOf, FULL, LOGS_ONLY, loadedCa, readWhole, server, temporaryFolder } from './temporary-ca.ts';

/** The same numbers for the same seed, from 0 up to `below`. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a careful operator keeps: the last full, and all logs since. */
interface Kept {
  database: Buffer;
  readonly logs: Map<string, Buffer>;
}

interface Backup {
  readonly type: 1 | 2;
  readonly truncate: boolean;
}

function backUp(library: Library, kept: Kept, { type, truncate }: Backup): void {
  const handle = begin(library, type);
  const read = (entry: string) => readWhole(library, handle, entry.slice(1));
  if (type === FULL) {
    for (const entry of entriesOf(library, library.databaseNames(handle))) kept.database = read(entry);
    kept.logs.clear();
  }
  for (const entry of entriesOf(library, library.backupLogs(handle))) {
    kept.logs.set(entry.split('\\').at(-1) ?? '', read(entry));
  }
  if (truncate) expect(library.truncate(handle)).toBe(0);
  expect(library.end(handle)).toBe(0);
}

/** The state that what was kept leads to; undefined when a log is missing. */
async function recovered({ database, logs }: Kept, parent: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(parent, 'kept-'));
  try {
    await writeFile(join(folder, 'ca.edb'), database);
    for (const [name, bytes] of logs) await writeFile(join(folder, name), bytes);
    const paths = [...logs.keys()].map((name) => join(folder, name));
    await replayLogs(join(folder, 'ca.edb'), paths);
    return await stateDigest(join(folder, 'ca.edb'));
  } catch (error) {
    expect(String(error)).toMatch(/a log is missing between/);
    return undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function lowestOnDisk(ca: StandinCa): Promise<number> {
  const generations = (await readdir(ca.logFolder)).flatMap((name) => logGeneration(name) ?? []);
  return Math.min(...generations);
}

describe('the life of a CA', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'whatever happens, backups recover its state or a gap is seen (seed %i)',
    async (seed) => {
      const { ca, library } = await loadedCa({ seed });
      const parent = await temporaryFolder();
      const random = randomNumbers(seed);
      const kept: Kept = { database: Buffer.alloc(0), logs: new Map() };
      let allowsLogsOnly = false;
      backUp(library, kept, { type: FULL, truncate: false });
      for (let step = 0; step < 25; step += 1) {
        const truncate = random(2) === 1;
        const before = Math.max(...[...kept.logs.keys()].map((name) => logGeneration(name) ?? 0));
        switch (random(8)) {
          case 0:
            await ca.backUpWithAnotherTool({ type: 'full', truncate });
            allowsLogsOnly ||= truncate;
            break;
          case 1:
            await ca.takeSnapshot({ truncate });
            allowsLogsOnly = false;
            break;
          case 2:
            backUp(library, kept, { type: FULL, truncate });
            allowsLogsOnly ||= truncate;
            expect(await recovered(kept, parent)).toBe(await stateDigest(ca));
            break;
          case 3:
          case 4: {
            if (!allowsLogsOnly) {
              expect(library.prepare(server, LOGS_ONLY).hresult).toBe(0xc8000230);
              break;
            }
            const isGap = (await lowestOnDisk(ca)) > before + 1;
            backUp(library, kept, { type: LOGS_ONLY, truncate });
            expect(await recovered(kept, parent)).toBe(isGap ? undefined : await stateDigest(ca));
            if (isGap) backUp(library, kept, { type: FULL, truncate: false });
            break;
          }
          default:
            await ca.issueCertificates({ changedPages: random(12), appendedPages: random(3), logs: random(4) });
        }
      }
    },
  );
});
