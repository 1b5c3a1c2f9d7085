/** In the place of core's check of contents: reads headers, so that a set can be composed, and looks at nothing else. */
import { DatabaseChecker, LogChecker } from '@adcs-backup/ese';

const HEAD_BYTES = 64 * 1024;
const LOG_HEADER_BYTES = 4096;

interface HeaderCheck {
  feed(bytes: Uint8Array): void;
  end(): { readonly content: object; readonly findings: readonly [] };
}

export function contentCheckOf(role: string): HeaderCheck {
  if (role === 'database') return headOf(new DatabaseChecker({ expected: 'streaming-copy' }), HEAD_BYTES, 'database');
  if (role === 'log') return headOf(new LogChecker(), LOG_HEADER_BYTES, 'log');
  return { feed: () => undefined, end: () => ({ content: {}, findings: [] }) };
}

interface Checker {
  feed(bytes: Uint8Array): void;
  end(): { readonly facts: object | undefined };
}

function headOf(checker: Checker, bytesWanted: number, name: string): HeaderCheck {
  let fed = 0;
  return {
    feed(bytes) {
      if (fed < bytesWanted) checker.feed(bytes.subarray(0, bytesWanted - fed));
      fed += bytes.length;
    },
    // The seal of a log that wasn't read whole is none.
    end: () => ({ content: { intact: true, [name]: { ...checker.end().facts, seal: undefined } }, findings: [] }),
  };
}
