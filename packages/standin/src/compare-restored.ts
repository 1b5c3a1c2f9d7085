/** Whether a restore gave back what a CA had handed out. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import type { StandinReport } from './report.ts';

export interface RestoredFile {
  readonly role: string;
  readonly name: string;
  readonly path: string;
}

export interface Comparison {
  readonly identical: readonly (RestoredFile & { readonly sizeBytes: number; readonly sha256: string })[];
  /** One sentence for each file that is missing, one too many, or not the same. */
  readonly differences: readonly string[];
}

interface Original {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Holds every restored file to what was handed out under its name, both ways.
 * @param handedOut of one session: what Certadm's stand-in gave out of databases and logs
 * @param enrollFolder holds the dynamic files, which Certadm only names
 */
export async function compareRestored(
  restored: readonly RestoredFile[],
  handedOut: StandinReport['digests'],
  enrollFolder: string,
): Promise<Comparison> {
  const originals = await originalsOf(handedOut, enrollFolder);
  const identical: Comparison['identical'][number][] = [];
  const differences: string[] = [];
  for (const file of restored) {
    const original = originals.get(file.name);
    originals.delete(file.name);
    const copy = await digestOf(file.path);
    if (original === undefined) differences.push(`${file.name} was restored, but never handed out`);
    else if (original.sha256 === copy.sha256) identical.push({ ...file, ...copy });
    else differences.push(`${file.name} differs: handed out ${textOf(original)}, restored ${textOf(copy)}`);
  }
  for (const name of originals.keys()) differences.push(`${name} was handed out, but not restored`);
  return { identical, differences };
}

async function originalsOf(handedOut: StandinReport['digests'], enrollFolder: string): Promise<Map<string, Original>> {
  const originals = new Map<string, Original>();
  for (const { path, sizeBytes, sha256 } of handedOut) originals.set(win32.basename(path), { sizeBytes, sha256 });
  for (const name of await readdir(enrollFolder)) originals.set(name, await digestOf(join(enrollFolder, name)));
  return originals;
}

async function digestOf(path: string): Promise<Original> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

function textOf({ sizeBytes, sha256 }: Original): string {
  return `${sizeBytes} bytes with SHA-256 ${sha256}`;
}
