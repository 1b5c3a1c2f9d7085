import { readFile } from 'node:fs/promises';

export interface RecordedCall {
  readonly process: number;
  readonly thread: number;
  readonly name: string;
  /** Unsigned; 0 is S_OK. */
  readonly hresult: number;
}

/** What the library has recorded since the record was cleared, over all processes. */
export interface StandinReport {
  /** In the order in which they returned. */
  readonly calls: readonly RecordedCall[];
  /** Names of calls that never returned, by the fault switch. */
  readonly hung: readonly string[];
  /** Names of calls made while another one was inside the session. */
  readonly overlapping: readonly string[];
  readonly buffers: {
    readonly allocated: number;
    /** Handed out and not taken back. */
    readonly left: number;
    readonly freedTwice: number;
    readonly freedUnknown: number;
    /** Written to outside their bounds. */
    readonly overwritten: number;
  };
  readonly sessions: {
    readonly begun: number;
    /** Begun and not ended. */
    readonly left: number;
  };
  /** How often a process let go of the library, itself or by exiting normally, after it had called it. */
  readonly unloads: number;
  /** What was handed out of each opened file; only while digests are on. */
  readonly digests: readonly { readonly path: string; readonly sizeBytes: number; readonly sha256: string }[];
}

/** Reads a record file; a missing one says that nothing happened. */
export async function readReport(path: string): Promise<StandinReport> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').map((line) => line.split(' '));
  return reportOf((word) => lines.filter((line) => line[0] === word));
}

/** A line is: word, process, then what belongs to the word. */
function reportOf(linesOf: (word: string) => readonly (readonly string[])[]): StandinReport {
  const freed = (result: string) => linesOf('free').filter((line) => line[3] === result).length;
  const allocated = linesOf('allocate').length;
  const begun = linesOf('begin').length;
  return {
    calls: linesOf('call').map(([, process, thread, name = '', hresult]) => {
      return { process: Number(process), thread: Number(thread), name, hresult: Number(hresult) };
    }),
    hung: linesOf('hang').map((line) => line.slice(3).join(' ')),
    overlapping: linesOf('overlap').map((line) => line.slice(3).join(' ')),
    buffers: {
      allocated,
      left: allocated - freed('ok') - freed('canary'),
      freedTwice: freed('double'),
      freedUnknown: freed('unknown'),
      overwritten: freed('canary'),
    },
    sessions: { begun, left: begun - linesOf('end').length },
    unloads: linesOf('unload').length,
    digests: linesOf('digest').map(([, , sha256 = '', sizeBytes, ...path]) => {
      return { path: path.join(' '), sizeBytes: Number(sizeBytes), sha256 };
    }),
  };
}
