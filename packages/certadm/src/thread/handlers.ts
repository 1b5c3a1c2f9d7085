/** The session's thread: answers each operation by native calls, all of them made here. */
import { AdcsBackupError } from '@adcs-backup/core';
import { type CertadmLibrary, loadCertadm } from '../binding/certadm-library.ts';
import type { Timed } from '../binding/native-call.ts';
import { NativeSession } from '../binding/native-session.ts';
import type { Out } from '../binding/prototypes.ts';
import { probeLibrary } from '../probe-library.ts';
import type { Handlers } from './operations.ts';

export function createHandlers(timed: Timed): Handlers {
  let library: CertadmLibrary | undefined;
  let session: NativeSession | undefined;
  return {
    async load(named) {
      library = await loadCertadm(named, timed);
      return library.info;
    },
    probe: (named) => probeLibrary(named, timed),
    isServerOnline: (server) => isServerOnline(present(library, 'library'), server),
    prepareBackup({ server, type }) {
      session = NativeSession.prepare(present(library, 'library').calls, server, type);
    },
    readList: (name) => present(session, 'session').readList(name, present(library, 'library').readMemory),
    openFile: (path) => present(session, 'session').openFile(path),
    read: (into) => present(session, 'session').read(into),
    closeFile: () => present(session, 'session').closeFile(),
    truncateLogs: () => present(session, 'session').truncateLogs(),
    endSession(as) {
      const ending = present(session, 'session');
      // Whatever the answer is, the handle is gone.
      session = undefined;
      as === 'complete' ? ending.end() : ending.abandon();
    },
    async release() {
      const releasing = present(library, 'library');
      library = undefined;
      session = undefined;
      await releasing.release();
    },
  };
}

function isServerOnline(library: CertadmLibrary, server: string): boolean {
  const online: Out<number> = [0];
  library.calls.call('CertSrvIsServerOnlineW', server, online);
  return online[0] !== 0;
}

/** Calling into a library that was released would crash the process. */
function present<Value>(value: Value | undefined, what: 'library' | 'session'): Value {
  if (value === undefined) {
    throw new AdcsBackupError('internal', `no ${what} is open`);
  }
  return value;
}
