/** Rights on files of Windows: what Node doesn't know of them. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { win32 } from 'node:path';
import { accessOfOthers, type SidsWithAccess } from './access-of-others.ts';
import { closingCommands } from './closing-commands.ts';
import type { FileSecurityApi } from './file-security-api.ts';
import { decodeSecurityDescriptor } from './security-descriptor.ts';
import { windowsFileError } from './windows-file-error.ts';

/** Somebody besides those who rule the machine. */
export interface Account {
  readonly sid: string;
  /** `BUILTIN\Users`; absent for one that nobody knows here. */
  readonly name?: string;
}

export interface AccessOfOthers {
  readonly mayRead: readonly Account[];
  /** Of a folder: who may add or remove something. */
  readonly mayWrite: readonly Account[];
  /** When it is one of the others: he can give himself any right. */
  readonly owner?: Account;
  /** Commands, one after another, with which an administrator keeps them out. */
  readonly remedy: readonly string[];
}

/** Paths are absolute. Failures are thrown as `node:fs` throws them, with a `code`: EEXIST, ENOENT, EPERM and so on. */
export interface WindowsFiles {
  /**
   * Makes a folder which only administrators, SYSTEM and the current account reach, with all that will be in it, from
   * the moment it exists. On a share it is a folder like any other: the computer behind it knows other accounts.
   */
  makeClosedFolder(path: string): void;
  /** Makes such a file, empty. */
  makeClosedFile(path: string): void;
  /** What a file lets others do than SYSTEM, administrators and the current account (the list: access-of-others.ts). */
  accessOfOthers(path: string): AccessOfOthers;
}

export function windowsFilesOver(api: FileSecurityApi): WindowsFiles {
  return {
    makeClosedFolder(path) {
      if (isOnShare(api, path)) mkdirSync(path);
      else check('mkdir', path, api.makeFolder(win32.toNamespacedPath(path), closedDescriptor(api, 'OICI')));
    },
    makeClosedFile(path) {
      if (isOnShare(api, path)) writeFileSync(path, '', { flag: 'wx' });
      else check('open', path, api.makeFile(win32.toNamespacedPath(path), closedDescriptor(api, '')));
    },
    accessOfOthers(path) {
      const found = api.descriptorOf(win32.toNamespacedPath(path));
      if (typeof found === 'number') throw windowsFileError(found, 'access', path);
      const currentAccount = api.currentAccount();
      const access = accessOfOthers(decodeSecurityDescriptor(found), currentAccount);
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
      return { ...named(api, access), remedy: closingCommands({ path, isFolder, access, currentAccount }) };
    },
  };
}

function isOnShare(api: FileSecurityApi, path: string): boolean {
  const driveRemote = 4;
  const full = win32.toNamespacedPath(path);
  if (/^\\\\\?\\UNC\\/i.test(full)) return true;
  const drive = /^\\\\\?\\([a-z]:\\)/i.exec(full)?.[1];
  return drive !== undefined && api.driveType(drive) === driveRemote;
}

/**
 * SDDL. Protected: nothing comes from the folder above. Full access for SYSTEM, Administrators and the current account.
 * @param flags who inherits it: OICI is all below
 */
function closedDescriptor(api: FileSecurityApi, flags: string): string {
  const accounts = ['SY', 'BA', api.currentAccount()];
  return `D:P${accounts.map((each) => `(A;${flags};FA;;;${each})`).join('')}`;
}

function named(api: FileSecurityApi, { mayRead, mayWrite, owner }: SidsWithAccess): Omit<AccessOfOthers, 'remedy'> {
  const account = (sid: string): Account => {
    const name = api.nameOf(sid);
    return name === undefined ? { sid } : { sid, name };
  };
  const access = { mayRead: mayRead.map(account), mayWrite: mayWrite.map(account) };
  return owner === undefined ? access : { ...access, owner: account(owner) };
}

function check(call: string, path: string, error: number): void {
  if (error !== 0) throw windowsFileError(error, call, path);
}
