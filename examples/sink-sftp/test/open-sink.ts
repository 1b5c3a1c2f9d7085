import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { SftpAccess } from '@adcs-backup/test-servers';
import { onTestFinished } from 'vitest';
import { type Login, openSftpSink, type SftpLocation } from '../src/index.ts';

/** Sinks on the server of the tests. */

/** A new folder on the server. */
export async function newFolder({ folder }: SftpAccess): Promise<string> {
  const path = join(folder, randomUUID());
  await mkdir(path);
  return path;
}

export function locationOf({ host, port, user }: SftpAccess, folder: string): SftpLocation {
  return { host, port, user, folder };
}

export function loginOf({ keyFile, knownHostsFile }: SftpAccess): Login {
  return { keyFile, knownHostsFile };
}

/** A sink that is disposed of after the test. */
export async function openSink(access: SftpAccess, folder: string, login?: Partial<Login>): Promise<BackupSink> {
  const sink = await openSftpSink(locationOf(access, folder), { login: { ...loginOf(access), ...login } });
  onTestFinished(() => sink[Symbol.asyncDispose]());
  return sink;
}
