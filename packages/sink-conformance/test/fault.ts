import type { BackupSink } from '@adcs-backup/core/sink';
import type { MemoryObject } from '@adcs-backup/core/testing';
import type { ConformanceGroup } from '../src/index.ts';
import type { KeptVersions } from './versioning-sink.ts';

/** What a fault may use to go wrong. */
export interface Broken {
  /** A sink that is right. */
  readonly sink: BackupSink;
  /** What it stores, behind its back. */
  readonly place: Map<string, MemoryObject>;
  /** Shared by all sinks on the place. */
  readonly marks: Set<string>;
  /** Where versions are kept: what is left of each object, newest first. */
  readonly kept?: KeptVersions;
}

/** A sink that breaks a promise, and the checks that must notice. */
export interface Fault {
  /** After "a sink that". */
  readonly name: string;
  /** All checks of this group that fail, in their order. */
  readonly fails: readonly string[];
  readonly wrap: (broken: Broken) => BackupSink;
}

/** The faults that are about one group. */
export interface FaultyGroup {
  readonly group: ConformanceGroup;
  readonly faults: readonly Fault[];
}

/** The sink with some of its members exchanged. */
export function changed(sink: BackupSink, changes: Partial<BackupSink>): BackupSink {
  return {
    sinkApi: sink.sinkApi,
    location: sink.location,
    supports: sink.supports,
    put: (key, body, options) => sink.put(key, body, options),
    get: (key, options) => sink.get(key, options),
    stat: (key, options) => sink.stat(key, options),
    list: (prefix, options) => sink.list(prefix, options),
    delete: (key, options) => sink.delete(key, options),
    ...(sink.versions === undefined ? {} : { versions: (...all) => sink.versions?.(...all) ?? Promise.resolve([]) }),
    ...(sink.settings === undefined ? {} : { settings: (...all) => sink.settings?.(...all) ?? Promise.resolve([]) }),
    [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
    ...changes,
  };
}

/** Stores without asking the sink. */
export function force({ place }: Broken, key: string, bytes: Uint8Array): void {
  place.set(key, { bytes, modifiedAt: new Date(), retainUntil: undefined });
}

/** Lets others run, as a sink with a network does. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}
