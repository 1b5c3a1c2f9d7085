import { type EncodedStretch, encodeStretch } from './frame.ts';

/** Does the CPU work on stretches: hash, compare, compress. */
export interface StretchEncoder extends AsyncDisposable {
  /** How many stretches it works on at a time. */
  readonly width: number;
  /** As {@link encodeStretch}: the frame replaces the content of `stretch`, which must be shared memory. */
  encode(stretch: Uint8Array, known: readonly Uint8Array[]): Promise<EncodedStretch>;
}

/** Works on the calling thread. */
export function inlineEncoder(): StretchEncoder {
  return {
    width: 1,
    encode: async (stretch, known) => encodeStretch(stretch, known),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
