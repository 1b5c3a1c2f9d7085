import { AdcsBackupError, type CertSrv } from '@adcs-backup/core';
import type { Run } from '../run.ts';
import { type Check, checked, notApplicable, ok } from './check.ts';
import { stalled } from './stalled.ts';

const name = 'server';

export interface ServerQuestion {
  /** Undefined: this computer. */
  readonly server: string | undefined;
  /** Another library than the system's. */
  readonly library: string | undefined;
}

/** Asks Certificate Services whether they are online: the one call of doctor to the CA. */
export async function serverCheck(run: Run, { server, library }: ServerQuestion): Promise<Check> {
  const { defaultServerName, exitNow, openCertSrv } = await import('@adcs-backup/certadm');
  run.endWith(exitNow);
  const asked = server ?? defaultServerName();
  return await checked(name, async () => {
    const certSrv = await openCertSrv({
      ...(library === undefined ? {} : { library }),
      /* v8 ignore next -- @preserve this one call may take ten minutes, and the watch is that of a backup */
      onStall: (functionName, elapsedMs) => run.endNow(stalled(functionName, elapsedMs)),
    });
    try {
      return await ask(certSrv, asked);
    } finally {
      await certSrv[Symbol.asyncDispose]();
    }
  });
}

async function ask(certSrv: CertSrv, server: string): Promise<Check> {
  try {
    if (await certSrv.isServerOnline(server)) return ok(name, `Certificate Services of ${server} are online`);
  } catch (error) {
    if (AdcsBackupError.is(error, 'access-denied')) return notAllowedToAsk(server);
    throw error;
  }
  throw new AdcsBackupError('server-not-online', `Certificate Services of ${server} are suspended`, {
    hint: 'Start or resume the service: Start-Service certsvc.',
  });
}

/** Backup operators may lack the right to this question, and a backup works for them all the same. */
function notAllowedToAsk(server: string): Check {
  return notApplicable(name, `this account may not ask whether ${server} is online`, 'A backup may work all the same.');
}
