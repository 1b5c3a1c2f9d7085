import { Worker } from 'node:worker_threads';

/** Begins an encoding thread from its own file. The Windows executable, which has no such files, replaces this module. */
export function beginEncodeThread(): Worker {
  /* v8 ignore start -- @preserve tests run from source; the built command takes the other way */
  const fromSource = import.meta.url.endsWith('.ts');
  return new Worker(new URL(fromSource ? '../encode-worker.ts' : './encode-worker.js', import.meta.url), {
    ...(fromSource ? { execArgv: ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'] } : {}),
  });
  /* v8 ignore stop -- @preserve */
}
