import { setTimeout } from 'node:timers/promises';

/** Bodies on their way through the proxy. */

export type BodyStep = (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Lets so many bytes pass, then throws. A shorter body passes whole. */
export function cutAfter(bytes: number): BodyStep {
  return async function* cut(body) {
    let left = bytes;
    for await (const chunk of body) {
      if (chunk.byteLength > left) {
        yield chunk.subarray(0, left);
        throw new Error(`cut after ${bytes} bytes`);
      }
      left -= chunk.byteLength;
      yield chunk;
    }
  };
}

/** At most so many bytes a second, in pieces of a tenth of a second. */
export function paced(bytesPerSecond: number): BodyStep {
  const piece = Math.max(1, Math.floor(bytesPerSecond / 10));
  return async function* pace(body) {
    for await (const chunk of body) {
      for (let offset = 0; offset < chunk.byteLength; offset += piece) {
        const part = chunk.subarray(offset, offset + piece);
        await setTimeout((part.byteLength / bytesPerSecond) * 1000);
        yield part;
      }
    }
  };
}

export const unchanged: BodyStep = (body) => body;
