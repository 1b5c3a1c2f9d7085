import { dirname } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core';

/** Who besides administrators may change a file or folder, for people. */
export type WhoMayWrite = (path: string) => readonly string[];

/**
 * Refuses files that others than administrators may change, be it by changing a folder above.
 * @param top where looking up ends: the folder of the executable, whose rights are those of the executable itself
 * @returns a check of one path, which asks for each path once
 */
export function closedBelow(top: string, whoMayWrite: WhoMayWrite): (path: string) => void {
  const closed = new Set<string>();
  return function requireClosed(path: string): void {
    if (closed.has(path)) return;
    const others = whoMayWrite(path);
    if (others.length > 0) throw openTo(others, path);
    if (path !== top && path !== dirname(path)) requireClosed(dirname(path));
    closed.add(path);
  };
}

function openTo(others: readonly string[], path: string): AdcsBackupError {
  const message = `${path} can be changed by ${others.join(', ')}: no sink package is loaded from there`;
  return new AdcsBackupError('invalid-configuration', message, {
    hint: 'Copy adcs-backup with its sinks to below C:\\Program Files, where new files are left to administrators; what is moved keeps the rights it had.',
  });
}
