import { getAsset } from 'node:sea';
import { Worker } from 'node:worker_threads';

/** Stands for packages/core/src/store/begin-encode-thread.ts: the thread's program lies inside the executable. */
export function beginEncodeThread(): Worker {
  return new Worker(getAsset('encode-worker.cjs', 'utf8'), { eval: true });
}
