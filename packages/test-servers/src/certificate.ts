import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A server's certificate that only those trust who are told to. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** PEM of what clients must trust. */
  readonly authority: string;
}

/** For 127.0.0.1 and localhost, signed by itself, made by the `openssl` command in `folder`. */
export async function createCertificate(folder: string): Promise<Certificate> {
  const certificateFile = join(folder, 'server.pem');
  const keyFile = join(folder, 'server.key');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  await promisify(execFile)('openssl', ['req', ...kind, ...subject, '-keyout', keyFile, '-out', certificateFile]);
  return { certificateFile, keyFile, authority: await readFile(certificateFile, 'utf8') };
}
