/** What a `doctor` command needs to know of this machine. */
import type { LibraryProbe } from './probe-library.ts';
import { SessionThread } from './thread/session-thread.ts';

/** Loads the library on a thread of its own, looks at it, releases it. Calls none of its functions. */
export async function probeCertadm(options: { readonly library?: string } = {}): Promise<LibraryProbe> {
  const thread = new SessionThread({});
  try {
    return await thread.request('probe', options.library);
  } finally {
    await thread.stop();
  }
}
