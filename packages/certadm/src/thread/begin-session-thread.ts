import { Worker } from 'node:worker_threads';

/**
 * Begins the session's thread from its own file. The Windows executable, which has no such files, replaces this module.
 * @param memory of the call clock that both threads share
 */
export function beginSessionThread(memory: SharedArrayBuffer): Worker {
  /* v8 ignore start -- @preserve tests run from source; the built command takes the other way */
  const isSource = import.meta.url.endsWith('.ts');
  const url = isSource
    ? new URL('../session-worker.ts', import.meta.url)
    : new URL('./session-worker.js', import.meta.url);
  const execArgv = isSource ? ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'] : [];
  /* v8 ignore stop -- @preserve */
  return new Worker(url, { name: 'certadm', workerData: memory, execArgv });
}
