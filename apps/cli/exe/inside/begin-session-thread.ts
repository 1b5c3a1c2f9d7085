import { getAsset } from 'node:sea';
import { Worker } from 'node:worker_threads';

/** Stands for packages/certadm/src/thread/begin-session-thread.ts: the thread's program lies inside the executable. */
export function beginSessionThread(memory: SharedArrayBuffer): Worker {
  return new Worker(getAsset('session-worker.cjs', 'utf8'), { eval: true, name: 'certadm', workerData: memory });
}
