/** What the entries of Certadm's lists mean: a CSBFT tag character, then a path. */
import { AdcsBackupError, type RestoreMap, type RestoreMapKind, type SourceFile } from '@adcs-backup/core';
import { decodeMultiString } from './multi-string.ts';

/** CSBFT_* of Certbcli.h. */
const tags = {
  unknown: 0x0f,
  log: 0x21,
  patchFile: 0x25,
  database: 0x44,
  logDirectory: 0x82,
  checkpointDirectory: 0x83,
} as const;

const restoreMapKinds: ReadonlyMap<number, RestoreMapKind> = new Map([
  [tags.database, 'database'],
  [tags.logDirectory, 'log-directory'],
  [tags.checkpointDirectory, 'checkpoint-directory'],
]);

/** @param raw the bytes of CertSrvRestoreGetDatabaseLocationsW, kept verbatim */
export function decodeRestoreMap(raw: Uint8Array): RestoreMap {
  const entries = taggedEntries(raw, 'CertSrvRestoreGetDatabaseLocationsW').map(({ tag, path }) => ({
    kind: restoreMapKinds.get(tag) ?? 'unknown',
    path,
  }));
  return { entries, raw };
}

/** @param raw the bytes of CertSrvBackupGetDatabaseNamesW */
export function decodeDatabaseFiles(raw: Uint8Array): readonly SourceFile[] {
  return taggedEntries(raw, 'CertSrvBackupGetDatabaseNamesW').map((entry) => {
    expectTag(entry, [tags.database, tags.unknown], 'CertSrvBackupGetDatabaseNamesW');
    return sourceFile('database', entry.path);
  });
}

/**
 * Patch files, which only Windows 2000 wrote, are read in the log phase like the logs.
 * @param raw the bytes of CertSrvBackupGetBackupLogsW
 */
export function decodeLogFiles(raw: Uint8Array): readonly SourceFile[] {
  return taggedEntries(raw, 'CertSrvBackupGetBackupLogsW').map((entry) => {
    expectTag(entry, [tags.log, tags.patchFile, tags.unknown], 'CertSrvBackupGetBackupLogsW');
    return sourceFile('log', entry.path);
  });
}

/** @param raw the bytes of CertSrvBackupGetDynamicFileListW, whose entries have no tag */
export function decodeDynamicFiles(raw: Uint8Array): readonly string[] {
  return decodeMultiString(raw, 'CertSrvBackupGetDynamicFileListW');
}

interface TaggedEntry {
  readonly tag: number;
  readonly path: string;
}

function taggedEntries(raw: Uint8Array, source: string): readonly TaggedEntry[] {
  return decodeMultiString(raw, source).map((entry) => {
    if (entry.length < 2) {
      throw new AdcsBackupError('certsrv-failed', `${source} answered an entry without a path (${hexTag(entry)})`);
    }
    return { tag: entry.charCodeAt(0), path: entry.slice(1) };
  });
}

function expectTag(entry: TaggedEntry, expected: readonly number[], source: string): void {
  if (!expected.includes(entry.tag)) {
    const tag = hexTag(String.fromCharCode(entry.tag));
    throw new AdcsBackupError(
      'certsrv-failed',
      `${source} answered ${entry.path} with the unexpected file type ${tag}`,
    );
  }
}

function hexTag(entry: string): string {
  return `0x${entry.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function sourceFile(role: SourceFile['role'], path: string): SourceFile {
  return { role, path, name: path.slice(path.lastIndexOf('\\') + 1) };
}
