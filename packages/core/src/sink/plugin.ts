import type { BackupSink, CallOptions } from './backup-sink.ts';

export type OpenOptions = CallOptions;

/** What a sink package exports as `sinkPlugin`. */
export interface SinkPlugin {
  readonly sinkApi: 1;
  /** Lower case, without the colon. */
  readonly schemes: readonly string[];
  /** One line for `--help`. */
  readonly summary: string;
  /** The URL's form, for example `s3://bucket/prefix?region=…&endpoint=…`. */
  readonly urlForm: string;
  /** Checks the URL's shape, then opens. @throws `invalid-location` */
  open(location: URL, options?: OpenOptions): Promise<BackupSink>;
}
