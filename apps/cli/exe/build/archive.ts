import { zipSync } from 'fflate';

/** The zip: the same files give the same bytes, on every machine and in every time zone. */

/** @param folder that everything lies in when it is unpacked */
export function zipOf(folder: string, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = [...files].map(([name, bytes]) => [`${folder}/${name}`, bytes] as const);
  // The earliest that a zip can say. It is stored as local time, and made from local time.
  return zipSync(Object.fromEntries(entries), { mtime: new Date(1980, 0, 1), level: 9 });
}
