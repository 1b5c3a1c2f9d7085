import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupSession, CertSrv, OpenFile, SetType, SourceFile } from '@adcs-backup/core';
import { type CaShape, createCa, type StandinCa } from '@adcs-backup/standin';
import { onTestFinished } from 'vitest';
import { defaultServerName, openCertSrv } from '../src/index.ts';

export const server: string = defaultServerName();

/** A small stand-in CA, removed after the test. */
export async function newCa(shape: CaShape = {}): Promise<StandinCa> {
  const folder = await mkdtemp(join(tmpdir(), 'certadm-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return createCa(folder, { databaseBytes: 256 * 1024, logCount: 2, ...shape });
}

export interface Opened {
  readonly certSrv: CertSrv;
  readonly session: BackupSession;
}

/** Released after the test, if the test didn't. */
export async function openSession(ca: StandinCa, type: SetType = 'full'): Promise<Opened> {
  const certSrv = await openLibrary(ca);
  return { certSrv, session: await certSrv.prepareBackup(server, type) };
}

export async function openLibrary(ca: StandinCa): Promise<CertSrv> {
  const certSrv = await openCertSrv({ library: ca.library });
  onTestFinished(() => certSrv[Symbol.asyncDispose]());
  return certSrv;
}

export async function openFirstDatabase(session: BackupSession): Promise<OpenFile> {
  return session.openFile(first(await session.databaseFiles()));
}

function first(files: readonly SourceFile[]): SourceFile {
  const [file] = files;
  if (file === undefined) {
    throw new Error('the list is empty');
  }
  return file;
}

export const readBytes: number = 64 * 1024;

/** Reads to the end, into shared memory. */
export async function readAll(file: OpenFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const into = new Uint8Array(new SharedArrayBuffer(readBytes));
  for (let length = await file.read(into); length > 0; length = await file.read(into)) {
    chunks.push(into.slice(0, length));
  }
  return Buffer.concat(chunks);
}

/** A whole backup without truncation: every file's bytes by its path. */
export async function readWholeBackup(session: BackupSession): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const copy = async (files: readonly SourceFile[]): Promise<void> => {
    for (const source of files) {
      const file = await session.openFile(source);
      contents.set(source.path, await readAll(file));
      await file.close();
    }
  };
  await session.databaseLocations();
  await copy(session.type === 'full' ? await session.databaseFiles() : []);
  await copy(await session.logFiles());
  return contents;
}
