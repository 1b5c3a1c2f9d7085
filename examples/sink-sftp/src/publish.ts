import { maySayTaken, status, tolerate } from './errors.ts';
import { existsError, isFolderError } from './refusals.ts';
import type { Session } from './session.ts';

/** A complete, flushed file that shall become `target`. */
interface Publication {
  /** For messages. */
  readonly what: string;
  readonly temp: string;
  readonly target: string;
}

/**
 * Gives the file its final name, beside the one that it has. Unlike a rename, a link never replaces: of several
 * writers of one key, one wins. @throws `object-exists`
 */
export async function publish(session: Session, { what, temp, target }: Publication): Promise<void> {
  try {
    await session.link(temp, target);
  } catch (error) {
    if (!maySayTaken(error)) throw error;
    const found = await tolerate(session.stat(target), [status.noSuchFile]);
    if (found === undefined) throw error;
    throw found.isDirectory() ? isFolderError(what) : existsError(what, error);
  }
}
