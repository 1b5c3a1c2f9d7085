import type { BackupSink, ErrorCode, ObjectKey, SinkSupports } from '@adcs-backup/core/sink';

/** The methods of a sink, as a failure names them. */
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
  /** The credentials that the sink is opened with, best made up for the test: looked for in all it shows. */
  readonly secrets?: readonly string[];
  /** Sinks that fail, for what must hold then. */
  readonly failures?: readonly SinkFailure[];
  /** Where the sink supports versions: the content of each that is left of an object, by other means than the sink. */
  readonly versionsOf?: (key: ObjectKey) => Promise<readonly Uint8Array[]>;
  /** A group, or `group: name of the check`, and why it isn't tried: shown as skipped. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** With defaults for what was left out. */
export type CompleteSubject = SinkUnderTest &
  Required<Pick<SinkUnderTest, 'supports' | 'secrets' | 'failures' | 'skip'>>;

export function completeSubject(given: SinkUnderTest): CompleteSubject {
  return { supports: { retention: false, versions: false }, secrets: [], failures: [], skip: {}, ...given };
}
