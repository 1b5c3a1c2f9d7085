import { parentPort } from 'node:worker_threads';
import { type EncodedStretch, encodeStretch } from './store/frame.ts';

/** What {@link encoderPool} asks of a thread. */
export interface EncodeRequest {
  /** Shared memory: the frame is left in it. */
  readonly stretch: Uint8Array;
  readonly known: readonly Uint8Array[];
}

export type EncodeAnswer = { readonly encoded: EncodedStretch } | { readonly error: unknown };

parentPort?.on('message', ({ stretch, known }: EncodeRequest) => {
  parentPort?.postMessage(answer(stretch, known));
});

function answer(stretch: Uint8Array, known: readonly Uint8Array[]): EncodeAnswer {
  try {
    return { encoded: encodeStretch(stretch, known) };
  } catch (error) {
    return { error };
  }
}
