import { copyFile, mkdir, open, realpath, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import {
  type DatabaseHeader,
  encodeCheckpoint,
  type RequiredLogs,
  type Signature,
  type StreamLog,
  synthesizeDatabase,
  synthesizeLogStream,
} from '@adcs-backup/ese';
import { buildStandin, libraryExtension, type StandinTarget } from './build.ts';
import { attachedPath, databaseSeed } from './database-of.ts';
import { type CaLayout, layoutOf } from './layout.ts';
import { writeSettings } from './settings-file.ts';
import { openCa, type StandinCa } from './standin-ca.ts';

export interface CaShape {
  /** Default `Demo Issuing CA 1`: names with spaces are what people have. */
  readonly name?: string;
  /** The machine in listed paths, also as FQDN; default: this machine's name. */
  readonly host?: string;
  /** Default 16 MiB. */
  readonly databaseBytes?: number;
  readonly pageSize?: number;
  /** Names of more databases beside the CA's own, as large as that. */
  readonly moreDatabases?: readonly string[];
  readonly seed?: number;
  /** Closed logs; default 4. */
  readonly logCount?: number;
  /** From 0x100000 on, log names have eight digits; default 1. */
  readonly firstGeneration?: number;
  /** How many generations the checkpoint lies behind the current log; default 2. */
  readonly checkpointLag?: number;
  /** Default 2: CRL and delta CRL. */
  readonly dynamicFiles?: number;
  readonly target?: StandinTarget;
}

type CompleteShape = Required<CaShape>;

const createdAt = new Date('2026-01-05T08:00:00.250Z');

/** Makes a CA in a new or empty folder; the same shape gives the same files. */
export async function createCa(folder: string, shape: CaShape = {}): Promise<StandinCa> {
  const complete = completeShape(shape);
  const library = await buildStandin(complete.target);
  const layout = layoutOf(folder);
  await mkdir(layout.logFolder, { recursive: true });
  await mkdir(layout.enrollFolder, { recursive: true });
  const databases = databasesOf(layout, complete);
  const requiredLogs = await writeLogs(layout, complete, databases);
  for (const database of databases) await writeDatabase(database, complete, requiredLogs);
  await writeDynamicFiles(layout, complete);
  writeSettings(layout.state, [
    ['name', complete.name],
    ['host', complete.host],
    ...databases.map(({ path }) => ['database', basename(path)] as const),
    ['seed', complete.seed],
    ['version', 0],
    ['checkpointLag', complete.checkpointLag],
  ]);
  await copyFile(library, join(folder, `certadm${libraryExtension(complete.target)}`));
  return openCa(await realpath(folder));
}

function completeShape(shape: CaShape): CompleteShape {
  return {
    name: 'Demo Issuing CA 1',
    host: hostname(),
    databaseBytes: 16 * 1024 * 1024,
    pageSize: 4096,
    moreDatabases: [],
    seed: 1,
    logCount: 4,
    firstGeneration: 1,
    checkpointLag: 2,
    dynamicFiles: 2,
    target: process.platform === 'win32' ? 'windows' : 'native',
    ...shape,
  };
}

/** One of the databases of a CA. They share its log stream. */
interface Database {
  /** In the attach lists of the logs. */
  readonly id: number;
  readonly path: string;
  readonly seed: number;
  readonly signature: Signature;
}

function databasesOf(layout: CaLayout, shape: CompleteShape): readonly Database[] {
  return [shape.name, ...shape.moreDatabases].map((name, index) => {
    const seed = databaseSeed(shape.seed, index);
    const signature = { random: Math.imul(seed, 0x9e3779b1) >>> 0, createdAt };
    return { id: index + 1, path: join(layout.logFolder, `${name}.edb`), seed, signature };
  });
}

async function writeLogs(
  layout: CaLayout,
  shape: CompleteShape,
  databases: readonly Database[],
): Promise<RequiredLogs> {
  const current = shape.firstGeneration + shape.logCount;
  const minRequired = Math.max(shape.firstGeneration, current - shape.checkpointLag);
  let newest = createdAt;
  for (const log of logStream(shape, databases)) {
    newest = log.createdAt;
    await writeFile(log.generation === current ? layout.currentLog : join(layout.logFolder, log.name), log.bytes);
  }
  await writeFile(layout.clock, `${newest.getTime()}\n`);
  const position = { generation: minRequired, sector: 1, byte: 0 };
  await writeFile(layout.checkpoint, encodeCheckpoint({ position, logSignature: logSignatureOf(shape) }));
  return {
    minRequired,
    maxRequired: current,
    maxRequiredCreatedAt: newest,
    maxCommitted: current,
    maxCommittedCreatedAt: newest,
  };
}

function logStream(shape: CompleteShape, databases: readonly Database[]): Iterable<StreamLog> {
  return synthesizeLogStream({
    seed: shape.seed,
    firstGeneration: shape.firstGeneration,
    count: shape.logCount + 1,
    firstCreatedAt: createdAt,
    logSignature: logSignatureOf(shape),
    databasePageSize: shape.pageSize,
    attached: databases.map(({ path, signature }) => ({ signature, path: attachedPath(basename(path)) })),
    lastSegmentCount: 5,
  });
}

async function writeDatabase(database: Database, shape: CompleteShape, requiredLogs: RequiredLogs): Promise<void> {
  const header: DatabaseHeader = {
    pageSize: shape.pageSize,
    dbTime: 1000,
    databaseSignature: database.signature,
    databaseId: database.id,
    logSignature: logSignatureOf(shape),
    attachedAt: createdAt,
    requiredLogs,
  };
  const file = await open(database.path, 'w');
  try {
    for (const chunk of synthesizeDatabase({ sizeBytes: shape.databaseBytes, seed: database.seed, header })) {
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
}

async function writeDynamicFiles(layout: CaLayout, shape: CompleteShape): Promise<void> {
  for (let index = 0; index < shape.dynamicFiles; index += 1) {
    const suffix = ['', '+'][index] ?? `(${index})`;
    const content = Buffer.from(`stand-in CRL ${index} of ${shape.name}, seed ${shape.seed}\n`.repeat(20 + index));
    await writeFile(join(layout.enrollFolder, `${shape.name}${suffix}.crl`), content);
  }
}

function logSignatureOf(shape: CompleteShape): Signature {
  return { random: Math.imul(shape.seed, 0x85ebca77) >>> 0, createdAt };
}
