/** A failed Certadm call as an error of ours. */
import { AdcsBackupError, type ErrorCode } from '@adcs-backup/core';
import { hints } from './hresult-hints.ts';
import { hresults } from './hresults.ts';

/**
 * @param functionName the export that answered
 * @param hresult as returned, signed or unsigned
 */
export function hresultError(functionName: string, hresult: number): AdcsBackupError {
  const value = hresult >>> 0;
  const facts = hresults.get(value);
  const details = [hexOf(value), facts?.name, engineError(value)].filter((part) => part !== undefined).join(', ');
  const message = `${functionName} failed: ${facts?.meaning ?? familyOf(value)} (${details})`;
  return new AdcsBackupError(codeFor(functionName, facts?.code ?? 'certsrv-failed'), message, {
    hint: facts?.hint ?? hints.eventLog,
    retryable: facts?.retryable ?? false,
  });
}

/**
 * "Service not running: the call itself fails", say the docs of CertSrvIsServerOnline, without a code.
 * So whatever isn't known better means that.
 */
function codeFor(functionName: string, code: ErrorCode): ErrorCode {
  return functionName === 'CertSrvIsServerOnlineW' && code === 'certsrv-failed' ? 'server-not-online' : code;
}

function hexOf(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}

function engineError(value: number): string | undefined {
  return value >>> 16 === 0xc800 ? `ESE -${value & 0xffff}` : undefined;
}

/** What the upper half of an unknown HRESULT tells. */
function familyOf(value: number): string {
  const low = value & 0xffff;
  switch (value >>> 16) {
    case 0xc800:
      return 'an error of the database engine';
    case 0x8800:
      return `a warning of the database engine, ESE ${low}`;
    case 0xc7ff:
      return `error ${low} of the backup layer`;
    case 0x8007:
      return `${low >= 1700 && low < 2000 ? 'an RPC error' : 'a Windows error'}, ${low}`;
    case 0x8009:
      return low >= 0x4000 ? 'an error of Certificate Services' : 'a security or certificate error';
    case 0x8001:
      return 'an error of remote COM';
    default:
      return `an error of facility ${(value >>> 16) & 0x7ff}`;
  }
}
