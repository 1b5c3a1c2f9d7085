/** HRESULTs that Certadm may answer, with what they mean here. */
import type { ErrorCode } from '@adcs-backup/core';
import { hints } from './hresult-hints.ts';

export interface HresultFacts {
  readonly code: ErrorCode;
  /** Symbol of ntdsbmsg.h, esent.h or winerror.h. */
  readonly name: string;
  readonly meaning: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

type Row = readonly [hresult: number, code: ErrorCode, name: string, meaning: string, hint?: string];

/** ESE errors: 0xC800nnnn is JET error -nnnn. Sources: mingw-w64 ntdsbmsg.h, ESE documentation. */
const engine: readonly Row[] = [
  [0xc80001f9, 'backup-in-progress', 'hrBackupInProgress', 'another backup is running', hints.otherBackup],
  [0xc80001fa, 'certsrv-failed', 'JET_errRestoreInProgress', 'a restore is running', hints.restoreRunning],
  [0xc80001fd, 'log-missing', 'hrMissingPreviousLogFile', 'the log of the checkpoint is missing', hints.logMissing],
  [0xc8000208, 'certsrv-failed', 'hrNoBackup', 'no backup is in progress', hints.sessionLost],
  [0xc8000209, 'certsrv-failed', 'hrInvalidBackupSequence', 'call out of order', hints.sessionLost],
  [0xc800020b, 'certsrv-failed', 'hrBackupNotAllowedYet', 'the engine is recovering or stopping', hints.notAllowedYet],
  [0xc800020e, 'circular-logging', 'hrInvalidBackup', 'circular logging is on', hints.circularLogging],
  [0xc8000210, 'log-missing', 'hrMissingLogFile', 'the current log is missing', hints.logMissing],
  [0xc8000211, 'certsrv-failed', 'hrLogDiskFull', 'the disk of the logs is full', hints.caDiskFull],
  [0xc8000226, 'certsrv-failed', 'hrDatabaseInconsistent', 'the database was shut down dirty', hints.eventLog],
  [0xc8000230, 'full-backup-missing', 'hrMissingFullBackup', 'no full backup to build on', hints.takeFull],
  [0xc8000231, 'source-damaged', 'hrBadBackupDatabaseSize', 'the database is no whole number of pages', hints.damaged],
  [0xc8000239, 'log-missing', 'JET_errMissingFileToBackup', 'a log to back up is missing', hints.logMissing],
  [0xc8000264, 'source-damaged', 'JET_errLogReadVerifyFailure', 'a log is damaged', hints.damaged],
  [0xc8000268, 'certsrv-failed', 'JET_errLogFileNotCopied', 'not every listed log was read', hints.notCounted],
  [0xc8000321, 'certsrv-failed', 'JET_errBackupAbortByServer', 'the server stopped the backup', hints.aborted],
  [0xc80003eb, 'certsrv-failed', 'hrInvalidParameter', 'invalid parameter'],
  [0xc80003f3, 'certsrv-failed', 'hrOutOfMemory', 'out of memory, or another file is open', hints.memory],
  [0xc80003fa, 'source-damaged', 'hrReadVerifyFailure', 'a database page is damaged', hints.damaged],
  [0xc80003fe, 'source-unreadable', 'hrDiskIO', "the CA's disk failed", hints.caDisk],
  [0xc8000408, 'source-unreadable', 'hrFileAccessDenied', 'a file is locked', hints.locked],
  [0xc8000710, 'certsrv-failed', 'hrDiskFull', "the CA's disk is full", hints.caDiskFull],
  [0xc8000713, 'source-unreadable', 'hrFileNotFound', 'file not found', hints.eventLog],
  [0xc8000773, 'access-denied', 'hrAccessDenied', 'access denied', hints.access],
];

/** The backup layer, which AD DS shares. Source: mingw-w64 ntdsbmsg.h. */
const backupLayer: readonly Row[] = [
  [0xc7ff0001, 'certsrv-failed', 'hrInvalidParam', 'invalid parameter'],
  [0xc7ff0002, 'certsrv-failed', 'hrError', 'internal error', hints.eventLog],
  [0xc7ff0003, 'certsrv-failed', 'hrInvalidHandle', 'invalid session handle', hints.sessionLost],
  [0xc7ff0004, 'certsrv-failed', 'hrRestoreInProgress', 'a restore is running', hints.restoreRunning],
  [0xc7ff0005, 'certsrv-failed', 'hrAlreadyOpen', 'another file is open'],
  [0xc7ff0007, 'server-not-online', 'hrCouldNotConnect', 'the server could not be reached', hints.serverDown],
  [0xc7ff0009, 'full-backup-missing', 'hrIncrementalBackupDisabled', 'logs-only backup is disabled', hints.takeFull],
  [0xc7ff000a, 'log-missing', 'hrLogFileNotFound', 'a log is missing', hints.logMissing],
  [0xc7ff000b, 'certsrv-failed', 'hrCircularLogging', 'circular logging is on', hints.circularLogging],
  [0xc7ff000d, 'server-not-online', 'hrCommunicationError', 'the connection to the server broke', hints.serverDown],
  [0xc7ff000e, 'full-backup-missing', 'hrFullBackupNotTaken', 'no full backup to build on', hints.takeFull],
];

/** COM, RPC, Windows, Certificate Services. Source: winerror.h. */
const windows: readonly Row[] = [
  [0x80004005, 'certsrv-failed', 'E_FAIL', 'unspecified failure', hints.eventLog],
  [0x8000ffff, 'certsrv-failed', 'E_UNEXPECTED', 'call out of order, or remote backup blocked', hints.remote],
  [0x80010105, 'server-not-online', 'RPC_E_SERVERFAULT', 'the server failed', hints.serverDown],
  [0x80010108, 'server-not-online', 'RPC_E_DISCONNECTED', 'the server has gone away', hints.serverDown],
  [0x80040154, 'server-not-online', 'REGDB_E_CLASSNOTREG', 'the CA role is not installed', hints.roleMissing],
  [0x80070002, 'certsrv-failed', 'ERROR_FILE_NOT_FOUND', 'file not found', hints.roleMissing],
  [0x80070005, 'access-denied', 'E_ACCESSDENIED', 'access denied', hints.access],
  [0x80070006, 'certsrv-failed', 'E_HANDLE', 'invalid session handle', hints.sessionLost],
  [0x8007000e, 'certsrv-failed', 'E_OUTOFMEMORY', 'out of memory', hints.memory],
  [0x80070020, 'source-unreadable', 'ERROR_SHARING_VIOLATION', 'a file is in use', hints.locked],
  [0x80070035, 'server-not-online', 'ERROR_BAD_NETPATH', 'the server was not found', hints.serverDown],
  [0x80070057, 'certsrv-failed', 'E_INVALIDARG', 'invalid parameter'],
  [0x80070422, 'server-not-online', 'ERROR_SERVICE_DISABLED', 'the service is disabled', hints.serverDown],
  [0x80070424, 'server-not-online', 'ERROR_SERVICE_DOES_NOT_EXIST', 'there is no such service', hints.roleMissing],
  [0x80070426, 'server-not-online', 'ERROR_SERVICE_NOT_ACTIVE', 'the service is not running', hints.serverDown],
  [0x80070522, 'privilege-missing', 'ERROR_PRIVILEGE_NOT_HELD', 'a privilege is missing', hints.privilege],
  [0x8007052e, 'access-denied', 'ERROR_LOGON_FAILURE', 'the logon failed', hints.access],
  [0x80070569, 'access-denied', 'ERROR_LOGON_TYPE_NOT_GRANTED', 'the logon type is not granted', hints.access],
  [0x800706ba, 'server-not-online', 'RPC_S_SERVER_UNAVAILABLE', 'the server is not available', hints.serverDown],
  [0x800706bb, 'server-not-online', 'RPC_S_SERVER_TOO_BUSY', 'the server is too busy', hints.serverDown],
  [0x800706be, 'server-not-online', 'RPC_S_CALL_FAILED', 'the remote call failed', hints.serverDown],
  [0x800706bf, 'server-not-online', 'RPC_S_CALL_FAILED_DNE', 'the remote call was not made', hints.serverDown],
  [0x800706d9, 'server-not-online', 'EPT_S_NOT_REGISTERED', 'the server listens on no endpoint', hints.serverDown],
  [0x80080005, 'server-not-online', 'CO_E_SERVER_EXEC_FAILURE', 'the server did not start', hints.serverDown],
  [0x80094004, 'certsrv-failed', 'CERTSRV_E_PROPERTY_EMPTY', 'a property is empty'],
  [0x80094006, 'server-not-online', 'CERTSRV_E_SERVER_SUSPENDED', 'the CA waits for a restore to end', hints.suspended],
];

const retryable: ReadonlySet<number> = new Set([0xc80001f9, 0xc800020b]);

/** By the HRESULT as an unsigned number. */
export const hresults: ReadonlyMap<number, HresultFacts> = new Map(
  [...engine, ...backupLayer, ...windows].map(([hresult, code, name, meaning, hint]) => [
    hresult,
    { code, name, meaning, retryable: retryable.has(hresult), ...(hint === undefined ? {} : { hint }) },
  ]),
);
