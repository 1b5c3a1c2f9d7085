import type { AccessOfOthers, Account, WindowsFiles } from '@adcs-backup/certadm';
import { AdcsBackupError } from '@adcs-backup/core';
import type { OpenToOthers } from './open-to-others.ts';

/** What Windows' lists of rights say about a file. */

export function readableByOthers(files: WindowsFiles, path: string): OpenToOthers | undefined {
  const access = files.accessOfOthers(path);
  return openTo(access.mayRead, access);
}

export function changeableByOthers(files: WindowsFiles, path: string): OpenToOthers | undefined {
  const access = files.accessOfOthers(path);
  return openTo(access.mayWrite, access);
}

/** @throws `key-unusable` */
export function refuseReadableKey(files: WindowsFiles, path: string): void {
  const open = readableByOthers(files, path);
  if (open === undefined) return;
  throw new AdcsBackupError('key-unusable', `${path} can be read ${open.who}`, {
    hint: `${open.remedy} If others may have read it, make a new key.`,
  });
}

function openTo(accounts: readonly Account[], { remedy }: AccessOfOthers): OpenToOthers | undefined {
  if (accounts.length === 0) return undefined;
  const who = `by ${accounts.map(({ sid, name }) => name ?? sid).join(', ')}`;
  return { who, remedy: `Close it: ${remedy.join(', then ')}.` };
}
