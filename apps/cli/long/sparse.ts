import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { DATABASE_NAME } from './sparse-cert-srv.ts';
import { BLOCK_BYTES, SparseDatabase } from './sparse-database.ts';
import { type PhaseRequest, type PhaseResult, runPhase, sinkOf, targetOf } from './sparse-phase.ts';

/**
 * Backs up, verifies and restores a database of hundreds of GiB that is nearly all zeros, each phase in a process
 * of its own; fails when one needs more memory than promised, stores more than changed, or gives back other bytes.
 * Linux only: it reads /proc.
 */

const PHASES = ['first', 'second', 'verify', 'restore'] as const;
const MIB = 1024 ** 2;

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '500' },
    'limit-mib': { type: 'string', default: '256' },
    blocks: { type: 'string', default: '4000' },
    request: { type: 'string' },
  },
});

if (values.request === undefined) await runAll();
else console.log(JSON.stringify(await runPhase(JSON.parse(values.request) as PhaseRequest)));

async function runAll(): Promise<void> {
  // The last block is a short one.
  const sizeBytes = Number(values.gib) * 1024 ** 3 + 4096;
  const shape = { sizeBytes, filledBlocks: Number(values.blocks), changedEvery: 100, version: 1 };
  const folder = mkdtempSync(join(tmpdir(), 'adcs-backup-sparse-'));
  try {
    mkdirSync(sinkOf(folder));
    console.log(`A database of ${values.gib} GiB with ${values.blocks} blocks that are no zeros:`);
    const results = new Map<string, PhaseResult>();
    for (const phase of PHASES) results.set(phase, await measured({ phase, folder, shape }));
    const database = new SparseDatabase(shape);
    // A log of one byte value: its blocks are no zeros.
    const logBlocks = MIB / BLOCK_BYTES;
    requireEqual('first run: new blocks', results.get('first')?.newBlocks, shape.filledBlocks + logBlocks);
    requireEqual('second run: new blocks', results.get('second')?.newBlocks, database.changedBlocks);
    requireEqual('verify: blocks checked', results.get('verify')?.newBlocks, shape.filledBlocks + logBlocks);
    await compare(database, join(targetOf(folder), 'DataBase', DATABASE_NAME));
    console.log(`  restored: ${database.filledBlocks.length} blocks and as many beside them are as they were`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(request: PhaseRequest): Promise<PhaseResult> {
  const script = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, script, '--request', JSON.stringify(request)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const result = JSON.parse(stdout) as PhaseResult;
  const peak = Math.ceil(result.peakBytes / MIB);
  const stored = result.storedBytes === 0 ? '' : `, ${Math.round(result.storedBytes / MIB)} MiB stored`;
  console.log(
    `  ${request.phase.padEnd(8)} ${String(peak).padStart(4)} MiB at most, ${result.seconds.toFixed(1)} s${stored}`,
  );
  if (peak > Number(values['limit-mib'])) fail(`${request.phase} needed more than ${values['limit-mib']} MiB`);
  return result;
}

/** Reads every filled block and the one behind it, which is mostly zeros; all else would take hours. */
async function compare(database: SparseDatabase, path: string): Promise<void> {
  const { size, blocks } = await stat(path);
  requireEqual('restored: size', size, database.sizeBytes);
  const allocated = blocks * 512;
  if (allocated > 2 * database.filledBlocks.length * BLOCK_BYTES) fail(`${allocated} bytes are allocated on disk`);
  const file = await open(path);
  try {
    for (const index of database.filledBlocks.flatMap((filled) => [filled, filled + 1])) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, index * BLOCK_BYTES);
      const expected = database.block(index).subarray(0, Math.max(0, size - index * BLOCK_BYTES));
      if (!buffer.subarray(0, bytesRead).equals(expected)) fail(`block ${index} was not restored as it was`);
    }
  } finally {
    await file.close();
  }
}

function requireEqual(what: string, actual: number | undefined, expected: number): void {
  if (actual !== expected) fail(`${what}: ${actual} instead of ${expected}`);
}

function fail(message: string): never {
  throw new Error(message);
}
