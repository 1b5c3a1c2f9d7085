import { type DatabaseFacts, type LogFacts, logGeneration } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import type { CaShape, StandinCa } from '../src/index.ts';
import { chainFindings, databaseFacts, logFacts } from './checked-files.ts';
import type { Library } from './library.ts';
import { begin, entriesOf, FULL, LOGS_ONLY, loadedCa, readWhole } from './temporary-ca.ts';

interface HandedOut {
  readonly databases: readonly DatabaseFacts[];
  readonly logs: readonly LogFacts[];
}

/** A whole session; each file that is handed out is checked on its own. */
function handedOut(library: Library, type: 1 | 2): HandedOut {
  const handle = begin(library, type);
  const read = (entry: string) => readWhole(library, handle, entry.slice(1));
  const names = type === FULL ? entriesOf(library, library.databaseNames(handle)) : [];
  const databases = names.map((entry) => databaseFacts(read(entry), 'streaming-copy'));
  const logs = entriesOf(library, library.backupLogs(handle)).map((entry) => {
    return logFacts(read(entry), logGeneration(entry.split('\\').at(-1) ?? ''));
  });
  expect(library.truncate(handle)).toBe(0);
  expect(library.end(handle)).toBe(0);
  return { databases, logs };
}

/** The life of a CA between four backups. */
async function lifeOf(ca: StandinCa, library: Library): Promise<readonly HandedOut[]> {
  const first = handedOut(library, FULL);
  await ca.issueCertificates({ changedPages: 9, appendedPages: 3, logs: 2 });
  const second = handedOut(library, LOGS_ONLY);
  const idle = handedOut(library, LOGS_ONLY);
  await ca.issueCertificates({ changedPages: 4, logs: 0 });
  return [first, second, idle, handedOut(library, FULL)];
}

describe('what sessions hand out', () => {
  it.each<CaShape>([
    { pageSize: 4096 },
    { pageSize: 8192, moreDatabases: ['Archive'] },
    { pageSize: 32768, databaseBytes: 2 ** 20, moreDatabases: ['Archive', 'Other'], firstGeneration: 0xffffc },
  ])('is sound by every check of databases and logs: %o', async (shape) => {
    const { ca, library } = await loadedCa(shape);
    const sessions = await lifeOf(ca, library);
    for (const { databases, logs } of sessions) {
      for (const database of databases) expect(chainFindings(logs, database)).toEqual([]);
    }
    const [full, ...later] = sessions;
    const known = new Map(full?.logs.map((log) => [log.generation, log]));
    for (const log of later.flatMap(({ logs }) => logs)) {
      expect(known.get(log.generation) ?? log).toEqual(log);
      known.set(log.generation, log);
    }
    expect(full?.databases).toHaveLength(1 + (shape.moreDatabases ?? []).length);
    for (const database of full?.databases ?? []) expect(chainFindings([...known.values()], database)).toEqual([]);
  });

  it('tells of all databases of a CA in each log: they share one stream', async () => {
    const { library } = await loadedCa({ moreDatabases: ['Archive', 'Other'] });
    const { databases, logs } = handedOut(library, FULL);
    expect(new Set(databases.map(({ logSignature }) => logSignature)).size).toBe(1);
    const signatures = databases.map(({ signature }) => signature);
    expect(new Set(signatures).size).toBe(3);
    for (const log of logs) expect(log.attached.map(({ signature }) => signature)).toEqual(signatures);
  });
});
