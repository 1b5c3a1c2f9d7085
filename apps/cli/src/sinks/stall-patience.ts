import type { SinkFlags } from './open-sink.ts';

const defaultMs = 15 * 60_000;

/** A put of the largest object takes that long on a slow line. */
const shortestMs = 60_000;

/** What one sink has on its way at once: a few packs, a map. */
const onTheWayBytes = 64 * 1024 * 1024;

/**
 * How long no call of a sink may succeed before a run with others goes on without it. With an upload limit all that is
 * on its way, to all sinks, may have to pass before a put ends.
 */
export function sinkStallMs({ retryFor = defaultMs, limitUpload }: SinkFlags, sinkCount: number): number {
  const passesMs = limitUpload === undefined ? 0 : ((sinkCount * onTheWayBytes) / limitUpload) * 1000;
  return Math.round(Math.max(retryFor, shortestMs) + passesMs);
}
