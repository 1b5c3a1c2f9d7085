/** A process of its own: a full session of the library named first, its files written into the folder named second. */
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { loadLibrary } from './library.ts';

const [path = '', folder = ''] = process.argv.slice(2);
const library = loadLibrary(path);
const { hresult, handle } = library.prepare(hostname(), 1);
must(hresult);
writeFileSync(join(folder, 'certbkxp.dat'), 'restore map');
for (const list of ['databaseNames', 'backupLogs'] as const) {
  const answer = library[list](handle);
  must(answer.hresult);
  for (const entry of answer.text.split('\0')) if (entry !== '') save(entry);
}
must(library.end(handle));

function save(entry: string): void {
  must(library.openFile(handle, entry.slice(1)).hresult);
  const parts: Buffer[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (let got = -1; got !== 0; ) {
    const answer = library.read(handle, buffer);
    must(answer.hresult);
    got = answer.got;
    parts.push(Buffer.from(buffer.subarray(0, got)));
  }
  must(library.close(handle));
  writeFileSync(join(folder, entry.split('\\').at(-1) ?? ''), Buffer.concat(parts));
}

function must(hresult: number): void {
  if (hresult !== 0) throw new Error(`the library answered 0x${hresult.toString(16)}`);
}
