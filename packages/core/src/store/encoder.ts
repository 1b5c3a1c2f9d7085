import { encodeStretch } from './frame.ts';
import { packObject } from './pack-object.ts';
import { encodeSalted } from './salted-frame.ts';

interface Works {
  readonly encodeStretch: typeof encodeStretch;
  readonly encodeSalted: typeof encodeSalted;
  readonly packObject: typeof packObject;
}

/** CPU work on memory that threads share: hash, compare, compress, encrypt. Results replace what they are made of. */
export type EncoderWork = {
  readonly [N in keyof Works]: (...args: Parameters<Works[N]>) => ReturnType<Works[N]>;
};

const encoderWork: EncoderWork = { encodeStretch, encodeSalted, packObject };

/** Does {@link EncoderWork}, on this thread or on others. */
export interface Encoder extends AsyncDisposable {
  /** How many pieces of work it does at a time. */
  readonly width: number;
  run<N extends keyof EncoderWork>(name: N, ...args: Parameters<EncoderWork[N]>): Promise<ReturnType<EncoderWork[N]>>;
}

/** One piece of work, as a thread is asked for it. */
export interface WorkRequest<N extends keyof EncoderWork = keyof EncoderWork> {
  readonly name: N;
  readonly args: Parameters<EncoderWork[N]>;
}

/** Does a piece of work on the calling thread. */
export function doWork<N extends keyof EncoderWork>({ name, args }: WorkRequest<N>): ReturnType<EncoderWork[N]> {
  return encoderWork[name](...args);
}

/** Works on the calling thread. */
export function inlineEncoder(): Encoder {
  return {
    width: 1,
    run: async (name, ...args) => doWork({ name, args }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
