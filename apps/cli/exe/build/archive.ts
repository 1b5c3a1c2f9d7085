import { zipSync } from 'fflate';

/** The zip: the same files give the same bytes, on every machine and in every time zone. */

/** What a zip without a date has; DOS dates have no zone, so this is the same bytes everywhere. */
const noTime = new Date(1980, 0, 1);

/** @param folder that everything lies in when it is unpacked */
export function zipOf(folder: string, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = [...files].map(([name, bytes]) => [`${folder}/${name}`, bytes] as const);
  return zipSync(Object.fromEntries(entries), { mtime: noTime, level: 9 });
}
