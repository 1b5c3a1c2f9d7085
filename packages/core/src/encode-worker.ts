import { parentPort } from 'node:worker_threads';
import { doWork, type EncoderWork, type WorkRequest } from './store/encoder.ts';

export type WorkAnswer = { readonly done: ReturnType<EncoderWork[keyof EncoderWork]> } | { readonly error: unknown };

parentPort?.on('message', (request: WorkRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer(request: WorkRequest): WorkAnswer {
  try {
    return { done: doWork(request) };
  } catch (error) {
    return { error };
  }
}
