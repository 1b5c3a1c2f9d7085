/** Opens Certadm: the way into this package. */
import type { CertSrv } from '@adcs-backup/core';
import { Certadm } from './certadm.ts';
import { prepareExitNow } from './exit-now.ts';
import { SessionThread } from './thread/session-thread.ts';
import type { StallOptions } from './thread/stall-watch.ts';

export interface OpenCertSrvOptions extends StallOptions {
  /** Path of another library than the system's Certadm.dll. */
  readonly library?: string;
}

/**
 * Loads the library on a thread of its own, which makes every native call; on Windows with COM
 * initialised and SeBackupPrivilege enabled. Dispose of the result to undo all of that.
 * @throws `unsupported-platform`, `library-missing`, `export-missing`, `privilege-missing`
 */
export async function openCertSrv(options: OpenCertSrvOptions = {}): Promise<CertSrv> {
  await prepareExitNow();
  const thread = new SessionThread(options);
  try {
    return new Certadm(thread, await thread.request('load', options.library));
  } catch (error) {
    await thread.stop();
    throw error;
  }
}
