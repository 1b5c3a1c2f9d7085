import { AdcsBackupError } from '../errors.ts';
import { beginSet, caNameOf } from './begin-set.ts';
import { copyDatabaseFile, copyDynamicFile, copySourceFile } from './copy.ts';
import { endSession } from './end.ts';
import type { BackupIo } from './io.ts';
import { prepareSession } from './prepare.ts';
import { sealSet } from './seal.ts';
import type { Steps } from './states.ts';
import { truncateLogs } from './truncate.ts';

/** The steps in the order of the document, one for each row of the table. */
export const steps: Steps<BackupIo> = {
  'loading-library': async (_state, io) => ({ at: 'checking-server', certSrv: await io.options.openCertSrv() }),

  'checking-server': async ({ certSrv }, io) => {
    const { server } = io.options;
    const online = await certSrv.isServerOnline(server).catch((error: unknown) => {
      // An operator may back up without the right to ask: the next step decides.
      if (!AdcsBackupError.is(error, 'access-denied')) throw error;
      io.log.warn({ code: 'online-unknown', message: `could not ask whether ${server} is online: ${error.message}` });
      return true;
    });
    if (!online) {
      throw new AdcsBackupError('server-not-online', `Certificate Services on ${server} is suspended`, {
        hint: 'Resume the service (sc continue certsvc), then run again.',
      });
    }
    return { at: 'preparing-session', certSrv };
  },

  'preparing-session': async ({ certSrv }, io) => {
    return { at: 'saving-restore-map', certSrv, session: await prepareSession(certSrv, io) };
  },

  'saving-restore-map': async ({ certSrv, session }, io) => {
    const restoreMap = await session.databaseLocations();
    const caName = io.options.caName ?? caNameOf(restoreMap);
    const { set, newest } = await beginSet({ library: certSrv.library, restoreMap, caName }, io);
    return { at: 'listing-databases', certSrv, session, set, newest };
  },

  'listing-databases': async ({ certSrv, session, set, newest }, io) => {
    const [file, ...rest] = await session.databaseFiles();
    if (file === undefined) {
      throw new AdcsBackupError('certsrv-failed', `${io.options.server} listed no database file`, {
        hint: 'A full backup without a database cannot be restored: look at the event log of the CA.',
      });
    }
    io.log.observe({ type: 'files-listed', role: 'database', names: [file, ...rest].map(({ name }) => name) });
    return { at: 'copying-database-file', certSrv, session, set, newest, file, rest };
  },

  'copying-database-file': async (state, io) => {
    await copyDatabaseFile(state, io);
    const { certSrv, session, set, newest } = state;
    const [file, ...rest] = state.rest;
    if (file === undefined) return { at: 'listing-logs', certSrv, session, set };
    return { at: 'copying-database-file', certSrv, session, set, newest, file, rest };
  },

  'listing-logs': async ({ certSrv, session, set }, io) => {
    const [file, ...rest] = await session.logFiles();
    if (file === undefined) return { at: 'listing-dynamic-files', certSrv, session, set };
    io.log.observe({ type: 'files-listed', role: 'log', names: [file, ...rest].map(({ name }) => name) });
    return { at: 'copying-log-file', certSrv, session, set, file, rest };
  },

  'copying-log-file': async (state, io) => {
    state.set.addFile(await copySourceFile(state, io));
    const { certSrv, session, set } = state;
    const [file, ...rest] = state.rest;
    if (file === undefined) return { at: 'listing-dynamic-files', certSrv, session, set };
    return { at: 'copying-log-file', certSrv, session, set, file, rest };
  },

  'listing-dynamic-files': async ({ certSrv, session, set }, io) => {
    const names = await session.dynamicFiles().catch((error: unknown) => {
      if (!AdcsBackupError.is(error)) throw error;
      io.log.warn({ code: 'dynamic-files-unknown', message: `the dynamic files were not listed: ${error.message}` });
      return [];
    });
    const [name, ...rest] = names;
    if (name === undefined) return { at: 'sealing', certSrv, session, set };
    io.log.observe({ type: 'files-listed', role: 'dynamic', names });
    return { at: 'copying-dynamic-file', certSrv, session, set, name, rest };
  },

  'copying-dynamic-file': async (state, io) => {
    await copyDynamicFile(state, io);
    const { certSrv, session, set } = state;
    const [name, ...rest] = state.rest;
    if (name === undefined) return { at: 'sealing', certSrv, session, set };
    return { at: 'copying-dynamic-file', certSrv, session, set, name, rest };
  },

  sealing: sealSet,

  'truncating-logs': truncateLogs,

  'ending-session': endSession,

  'releasing-library': async ({ certSrv, ended }, io) => {
    try {
      await certSrv[Symbol.asyncDispose]();
    } catch (error) {
      if (ended.at === 'finished') throw error;
      io.log.laterErrors.push(error);
    }
    return ended;
  },
};
