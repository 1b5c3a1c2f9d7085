import { AdcsBackupError } from '../errors.ts';
import { keepYoungSpaceSmall } from '../store/garbage.ts';
import { beginSet, caNameOf, onlyCaName } from './begin-set.ts';
import { catchUp } from './catch-up.ts';
import { copyDatabaseFile, copyDynamicFile, copySourceFile, holdToHistory } from './copy.ts';
import { endSession } from './end.ts';
import { knownLogs } from './history.ts';
import type { BackupIo } from './io.ts';
import { requireContinuation } from './log-list.ts';
import { prepareSession } from './prepare.ts';
import { sealSet } from './seal.ts';
import type { Steps } from './states.ts';
import { truncateLogs } from './truncate.ts';

/** The steps in the order of the document, one for each row of the table. */
export const steps: Steps<BackupIo> = {
  'loading-library': async (_state, io) => {
    const certSrv = await io.options.openCertSrv();
    keepYoungSpaceSmall();
    return { at: 'checking-server', certSrv };
  },

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
    const isFull = io.type === 'full';
    const restoreMap = await session.databaseLocations().catch((error: unknown) => {
      // The full set that logs only build on has the map.
      if (isFull || !AdcsBackupError.is(error)) throw error;
      io.log.warn({
        code: 'restore-map-unknown',
        message: `the restore map is that of the full set: ${error.message}`,
      });
      return undefined;
    });
    const caName = io.options.caName ?? (restoreMap === undefined ? await onlyCaName(io) : caNameOf(restoreMap));
    const begun = await beginSet({ library: certSrv.library, restoreMap, caName }, io);
    return { at: isFull ? 'listing-databases' : 'listing-logs', certSrv, session, ...begun };
  },

  'listing-databases': async ({ certSrv, session, set, history }, io) => {
    const [file, ...rest] = await session.databaseFiles();
    if (file === undefined) {
      throw new AdcsBackupError('certsrv-failed', `${io.options.server} listed no database file`, {
        hint: 'A full backup without a database cannot be restored: look at the event log of the CA.',
      });
    }
    io.log.observe({ type: 'files-listed', role: 'database', names: [file, ...rest].map(({ name }) => name) });
    return { at: 'copying-database-file', certSrv, session, set, history, file, rest };
  },

  'copying-database-file': async (state, io) => {
    const history = await copyDatabaseFile(state, io);
    const { certSrv, session, set } = state;
    const [file, ...rest] = state.rest;
    if (file === undefined) return { at: 'listing-logs', certSrv, session, set, history };
    return { at: 'copying-database-file', certSrv, session, set, history, file, rest };
  },

  'listing-logs': async ({ certSrv, session, set, history }, io) => {
    const files = await session.logFiles();
    const known = knownLogs(history);
    // A full set lists from the checkpoint on, and needs nothing of what the chain has.
    if (io.type === 'logs-only') requireContinuation(files, known, io);
    const [file, ...rest] = files;
    if (file === undefined) return { at: 'listing-dynamic-files', certSrv, session, set, history };
    io.log.observe({ type: 'files-listed', role: 'log', names: files.map(({ name }) => name) });
    return { at: 'copying-log-file', certSrv, session, set, history, known, file, rest };
  },

  'copying-log-file': async (state, io) => {
    holdToHistory(state, await copySourceFile(state, io), io);
    const { certSrv, session, set, history, known } = state;
    const [file, ...rest] = state.rest;
    if (file === undefined) return { at: 'listing-dynamic-files', certSrv, session, set, history };
    return { at: 'copying-log-file', certSrv, session, set, history, known, file, rest };
  },

  'listing-dynamic-files': async ({ certSrv, session, set, history }, io) => {
    const names = await session.dynamicFiles().catch((error: unknown) => {
      if (!AdcsBackupError.is(error)) throw error;
      io.log.warn({ code: 'dynamic-files-unknown', message: `the dynamic files were not listed: ${error.message}` });
      return [];
    });
    const [name, ...rest] = names;
    if (name === undefined) return { at: 'sealing', certSrv, session, set, history };
    io.log.observe({ type: 'files-listed', role: 'dynamic', names });
    return { at: 'copying-dynamic-file', certSrv, session, set, history, name, rest };
  },

  'copying-dynamic-file': async (state, io) => {
    await copyDynamicFile(state, io);
    const { certSrv, session, set, history } = state;
    const [name, ...rest] = state.rest;
    if (name === undefined) return { at: 'sealing', certSrv, session, set, history };
    return { at: 'copying-dynamic-file', certSrv, session, set, history, name, rest };
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
    const isAlone = io.sinks.group.live.length === 1;
    return ended.at === 'finished' && !isAlone ? { at: 'catching-up', ended } : ended;
  },

  'catching-up': async ({ ended }, io) => ({ ...ended, behind: await catchUp(ended, io) }),
};
