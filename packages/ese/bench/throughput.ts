/**
 * Prints how fast the checkers are on one core, in GB of 1000 MiB a second, from memory of this thread and
 * from memory that threads share, as a backup's buffers are: `pnpm run bench` in this package.
 */
import {
  DatabaseChecker,
  type DatabaseHeader,
  LogChecker,
  synthesizeDatabase,
  synthesizeLogStream,
} from '../src/index.ts';

const ROUNDS = 9;
const BUFFER_BYTES = 512 * 1024;
const MIB = 1024 * 1024;
const createdAt = new Date('2026-01-05T08:00:00Z');
const signature = { random: 7, createdAt };
const once = { generation: 3, sector: 1, byte: 0 };

function header(pageSize: number): DatabaseHeader {
  const requiredLogs = {
    minRequired: 3,
    maxRequired: 3,
    maxRequiredCreatedAt: createdAt,
    maxCommitted: 3,
    maxCommittedCreatedAt: createdAt,
  };
  return {
    pageSize,
    dbTime: 1,
    databaseSignature: signature,
    logSignature: signature,
    attachedAt: createdAt,
    requiredLogs,
    currentFullBackup: { mark: once, markedAt: createdAt, genLow: 3, genHigh: 3 },
  };
}

function databaseFile(pageSize: number): Uint8Array {
  const shape = { sizeBytes: 64 * MIB, seed: 1, header: header(pageSize) };
  return Buffer.concat(Array.from(synthesizeDatabase(shape), (chunk) => chunk.slice()));
}

function logFile(): Uint8Array {
  const shape = { seed: 1, firstGeneration: 3, count: 1, firstCreatedAt: createdAt, logSignature: signature };
  return Buffer.concat(Array.from(synthesizeLogStream({ ...shape, databasePageSize: 4096 }), ({ bytes }) => bytes));
}

interface Checker {
  feed(bytes: Uint8Array): void;
  end(): { readonly intact: boolean };
}

/** Feeds the file `times` times a round, in buffers as the backup API fills them; prints the median of all rounds. */
function measure(name: string, file: Uint8Array, run: { readonly times: number; readonly make: () => Checker }): void {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    for (let time = 0; time < run.times; time += 1) {
      const checker = run.make();
      for (let at = 0; at < file.length; at += BUFFER_BYTES) checker.feed(file.subarray(at, at + BUFFER_BYTES));
      if (!checker.end().intact) throw new Error(`${name} is not intact`);
    }
    rates.push((file.length * run.times) / MIB / (performance.now() - startedAt));
  }
  const sorted = rates.toSorted((one, other) => one - other);
  const [median = 0, best = 0] = [sorted[ROUNDS >> 1], sorted.at(-1)];
  console.log(`${name.padEnd(34)} median ${median.toFixed(2)} GB/s, best ${best.toFixed(2)} GB/s`);
}

function database(): Checker {
  return new DatabaseChecker({ expected: 'database' });
}

function shared(file: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(file.length));
  bytes.set(file);
  return bytes;
}

for (const { where, place } of [
  { where: 'own memory', place: (file: Uint8Array) => file },
  { where: 'shared memory', place: shared },
]) {
  for (const pageSize of [4096, 8192, 16384, 32768]) {
    measure(`pages of ${pageSize / 1024} KiB, ${where}`, place(databaseFile(pageSize)), { times: 1, make: database });
  }
  const neverUsed = place(databaseFile(4096).fill(0, 8192));
  measure(`pages never used, ${where}`, neverUsed, { times: 1, make: database });
  measure(`log segments, ${where}`, place(logFile()), { times: 64, make: () => new LogChecker() });
}
