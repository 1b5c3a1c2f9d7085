import { dirname, join } from 'node:path';
import type { Koffi } from '../../../../packages/certadm/src/binding/koffi.ts';
import type { ImageDigest } from './image-digest.ts';
import { loadAddon } from './load-addon.ts';

/** Stands for packages/certadm/src/binding/koffi.ts: the one native file lies beside the executable. */

/** Of koffi.node, put in by the build. */
declare const KOFFI_DIGEST: ImageDigest;

let loaded: Koffi | undefined;

/** @throws `library-missing` when koffi.node isn't there, or is another file */
export async function importKoffi(): Promise<Koffi> {
  // The digest says that it is koffi.
  loaded ??= loadAddon(join(dirname(process.execPath), 'koffi.node'), KOFFI_DIGEST) as Koffi;
  return loaded;
}
