import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Certificates of a private authority, made by the `openssl` command. */

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** `NAME.pem` and `NAME.key` in `folder`, signed by itself, for ten days. */
export async function newAuthority(folder: string, name: string): Promise<KeyPair> {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const out = ['-keyout', files.key, '-out', files.certificate];
  await run('openssl', ['req', '-x509', '-days', '10', ...newKey, '-subj', `/O=Contoso/CN=${name}`, ...out]);
  return files;
}

/** A server's certificate for 127.0.0.1 and localhost; signed by itself where there is no authority. */
export async function newServerCertificate(folder: string, authority?: KeyPair): Promise<KeyPair> {
  const files = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  const extensions = join(folder, 'server.ext');
  await writeFile(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n');
  const request = join(folder, 'server.csr');
  await run('openssl', ['req', ...newKey, '-subj', '/CN=localhost', '-keyout', files.key, '-out', request]);
  const signer = authority
    ? ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial']
    : ['-signkey', files.key];
  const sign = ['x509', '-req', '-in', request, '-days', '5', '-extfile', extensions, '-out', files.certificate];
  await run('openssl', [...sign, ...signer]);
  return files;
}

/** The same certificate in the form that Windows exports. */
export async function inDer({ certificate }: KeyPair): Promise<string> {
  const path = `${certificate}.cer`;
  await run('openssl', ['x509', '-in', certificate, '-outform', 'DER', '-out', path]);
  return path;
}
