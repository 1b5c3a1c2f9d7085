import { join } from 'node:path';

/** Where things lie in the folder of a stand-in CA. The library knows the same names. */
export interface CaLayout {
  readonly logFolder: string;
  readonly enrollFolder: string;
  readonly currentLog: string;
  readonly checkpoint: string;
  readonly state: string;
  readonly faults: string;
  readonly record: string;
  /** Held while a session is open; begins with `open` then. */
  readonly session: string;
  /** There while somebody changes logs, headers, checkpoint or clock. */
  readonly lock: string;
  /** When the newest log was created, in milliseconds since 1970: goes on when the CA is reverted. */
  readonly clock: string;
}

export function layoutOf(folder: string): CaLayout {
  const logFolder = join(folder, 'CertLog');
  return {
    logFolder,
    enrollFolder: join(folder, 'CertEnroll'),
    currentLog: join(logFolder, 'edb.log'),
    checkpoint: join(logFolder, 'edb.chk'),
    state: join(folder, 'state.txt'),
    faults: join(folder, 'faults.txt'),
    record: join(folder, 'record.txt'),
    session: join(folder, 'session.lock'),
    lock: join(folder, 'files.lock'),
    clock: join(folder, 'clock.txt'),
  };
}
