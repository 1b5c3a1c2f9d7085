import { release } from 'node:os';
import type { CaConfiguration, CaProbe, ServiceState } from '@adcs-backup/certadm';
import { AdcsBackupError } from '@adcs-backup/core';
import { type Check, failed, ok, warning } from './check.ts';

/** What doctor says about how the CA of this computer is set up. */

const restart = 'then restart the service: Restart-Service certsvc.';
/** Windows Server 2019. Before it, logs were often left though truncation answered with success. */
const firstBuildThatTruncates = 17763;

/** Nothing elsewhere than on Windows. */
export async function localCaChecks(): Promise<readonly Check[]> {
  const { probeCa } = await import('@adcs-backup/certadm');
  try {
    const probe = await probeCa();
    /* v8 ignore next -- @preserve on Windows alone; what it gives is tested by itself */
    return probe === undefined ? [] : checksOf(probe, Number(release().split('.')[2]));
    /* v8 ignore start -- @preserve as above */
  } catch (error) {
    if (!AdcsBackupError.is(error, 'access-denied')) throw error;
    return [{ name: 'ca', status: 'unknown', message: error.message }];
  }
  /* v8 ignore stop -- @preserve */
}

/** @param windowsBuild the third number of the version of Windows */
export function checksOf({ service, configuration }: CaProbe, windowsBuild: number): readonly Check[] {
  const state = serviceCheck(service);
  if (configuration === undefined) {
    const hint = 'Configure the role "Certification Authority" on this server, or run on the server that has it.';
    return [state, warning('ca', 'no CA is configured on this computer', hint)];
  }
  return [state, ok('ca', configuration.name), ...configurationChecks(configuration), truncationCheck(windowsBuild)];
}

function serviceCheck(state: ServiceState): Check {
  const name = 'service';
  const message = `CertSvc is ${state}`;
  const notOnline = (hint: string): Check => failed(name, { code: 'server-not-online', message, hint });
  switch (state) {
    case 'running':
      return ok(name, message);
    case 'starting':
    case 'continuing':
      return warning(name, message, 'Wait until it runs, then look again.');
    case 'pausing':
    case 'paused':
      return notOnline('Resume it: net continue certsvc.');
    case 'stopping':
    case 'stopped':
      return notOnline('Start it: net start certsvc. Its reasons for stopping are in the Application event log.');
    case 'missing':
      return warning(name, message, 'Run on the server that hosts the CA.');
  }
}

function configurationChecks(ca: CaConfiguration): readonly Check[] {
  return [circularLoggingCheck(ca), roleSeparationCheck(ca), localBackupCheck(ca), remoteBackupCheck(ca)];
}

function circularLoggingCheck({ hasCircularLogging }: CaConfiguration): Check {
  const name = 'circular logging';
  if (!hasCircularLogging) return ok(name, 'off: logs-only sets can be taken');
  const hint = `Take full sets only, or switch it off: certutil -setreg DBFlags -0x4, ${restart}`;
  return warning(name, 'on (DBFlags 0x4): the CA keeps no logs, so logs-only sets are refused', hint);
}

function roleSeparationCheck({ separatesRoles }: CaConfiguration): Check {
  const name = 'role separation';
  if (!separatesRoles) return ok(name, 'off');
  const message = 'on (RoleSeparationEnabled): an account with two roles of the CA is refused everything';
  const hint =
    'Run backups under an account that is a backup operator and nothing else: no administrator of this computer, no CA administrator, certificate manager or auditor.';
  return warning(name, message, hint);
}

function localBackupCheck({ allowsLocalBackup }: CaConfiguration): Check {
  const name = 'local backup';
  if (allowsLocalBackup) return ok(name, 'allowed');
  const message = 'refused by the CA (InterfaceFlags 0x80, IF_NOLOCALICERTADMINBACKUP)';
  const hint = `Allow it: certutil -setreg CA\\InterfaceFlags -0x80, ${restart}`;
  return failed(name, { code: 'access-denied', message, hint });
}

function remoteBackupCheck({ allowsRemoteBackup }: CaConfiguration): Check {
  const name = 'remote backup';
  if (!allowsRemoteBackup) return ok(name, 'refused by the CA, as is the default');
  const message = 'allowed (InterfaceFlags without 0x40): other computers can take the database';
  const hint = `If none is meant to, refuse it: certutil -setreg CA\\InterfaceFlags +0x40, ${restart}`;
  return warning(name, message, hint);
}

function truncationCheck(windowsBuild: number): Check {
  const name = 'truncation';
  if (windowsBuild >= firstBuildThatTruncates) return ok(name, `Windows build ${windowsBuild}`);
  const message = `Windows build ${windowsBuild}: logs may stay though the CA says that it truncated them`;
  const hint =
    'If the number of logs keeps growing, restart the service before the next backup: Restart-Service certsvc.';
  return warning(name, message, hint);
}
