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
  };
}
