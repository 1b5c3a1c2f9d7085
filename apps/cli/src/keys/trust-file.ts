import { open, readFile, rename, rm } from 'node:fs/promises';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

/** The file in which a verifier keeps what it last saw: the one thing that nobody at the sink can reach. */

/** Its text; undefined when there is none yet. @throws `invalid-configuration` */
export async function readTrustFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AdcsBackupError('invalid-configuration', `the trust file ${path} can't be read: ${messageOf(cause)}`, {
      hint: 'Check the path, and that this account may read and write the file.',
      cause,
    });
  }
}

/** Replaces the whole file or nothing. @throws `invalid-configuration` */
export async function writeTrustFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFlushed(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new AdcsBackupError('invalid-configuration', `the trust file ${path} can't be written: ${messageOf(cause)}`, {
      hint: 'Name a file in a folder that is there, and that this account may write into.',
      cause,
    });
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
