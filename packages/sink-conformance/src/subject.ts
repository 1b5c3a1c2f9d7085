import { randomBytes } from 'node:crypto';
import type { BackupSink, ErrorCode, SinkSupports } from '@adcs-backup/core/sink';

/** The methods that every sink has, as a failure names them. */
export type SinkMethod = 'put' | 'get' | 'stat' | 'list' | 'delete';

/** A way in which a sink can fail: its server is down, its password is wrong, its disk is full. */
export interface SinkFailure {
  /** What is wrong, for messages. */
  readonly name: string;
  /**
   * Opens a sink on the same place that fails in this way. Opening may reject instead. A put may fail
   * at any moment, also when the object has landed.
   */
  open(): Promise<BackupSink>;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** The methods that fail, always; default all of them. */
  readonly methods?: readonly SinkMethod[];
}

/** The sink to be tried, and what must be known of it. */
export interface SinkUnderTest {
  /** For the titles of tests. */
  readonly name: string;
  /**
   * Opens the sink. All that are opened are on one place and see the same objects; what else lies there is
   * left alone. The kit disposes of what it opens.
   */
  open(): Promise<BackupSink>;
  /** What the sink supports beyond the contract; default: nothing. Decides what is tried. */
  readonly supports?: SinkSupports;
  /**
   * What of that the place itself is set up for; default: all of it. A bucket without object lock, opened by a
   * sink that supports retention, has `retention: false`: then what asks for it must be refused.
   */
  readonly setUpFor?: Partial<PlaceSetUp>;
  /**
   * Whether the credentials may delete; default true. Without it what needs a delete is skipped, and all that
   * the checks put is left below `prefix`.
   */
  readonly canDelete?: boolean;
  /** What the keys of all objects begin with; default `conformance-<16 hex digits>/`, at random. */
  readonly prefix?: string;
  /** The credentials that the sink is opened with, best made up for the test: looked for in all it shows. */
  readonly secrets?: readonly string[];
  /** Sinks that fail, for what must hold then. */
  readonly failures?: readonly SinkFailure[];
  /** A group, or `group: name of the check`, and why it isn't tried: shown as skipped. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** What a place may be set up for, or not. */
export interface PlaceSetUp {
  /** Objects can be retained there. */
  readonly retention: boolean;
  /** What is deleted or replaced there is kept as a version. */
  readonly versions: boolean;
}

/** With defaults for what was left out. */
export type CompleteSubject = Required<SinkUnderTest> & { readonly setUpFor: PlaceSetUp };

export function completeSubject(given: SinkUnderTest): CompleteSubject {
  const { supports = { retention: false, versions: false } } = given;
  return {
    supports,
    secrets: [],
    failures: [],
    skip: {},
    canDelete: true,
    prefix: `conformance-${randomBytes(8).toString('hex')}/`,
    ...given,
    setUpFor: { retention: supports.retention, versions: supports.versions, ...given.setUpFor },
  };
}
