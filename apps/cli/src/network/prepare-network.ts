import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type FileCertificate, readCertificateFile } from './certificate-file.ts';
import { checkProxies, exceptIdentityServices } from './proxies.ts';

/** Whom this process trusts. */
export interface Trust {
  /** Authorities that come with Node, and those of `NODE_EXTRA_CA_CERTS`. */
  readonly bundled: number;
  /** Authorities of the system's certificate store. */
  readonly system: number;
  readonly file: readonly FileCertificate[];
}

let trust: Trust | undefined;

export interface NetworkOptions {
  /** Certificates to trust beside the others. */
  readonly caFile?: string | undefined;
  /** Told of each certificate in it that is of no use, once. */
  readonly onFault?: (certificate: FileCertificate) => void;
}

/**
 * Makes every connection of this process, whichever SDK makes it, trust the system's certificate store and the
 * given file beside the authorities that Node brings. Once: it takes some 60 ms, so only who needs a network calls it.
 * @throws `invalid-configuration`
 */
export function prepareNetwork({ caFile, onFault }: NetworkOptions = {}): Trust {
  if (trust !== undefined) return trust;
  checkProxies(process.env);
  exceptIdentityServices(process.env);
  const file = caFile === undefined ? [] : readCertificateFile(caFile, new Date());
  const usable = file.filter(({ fault }) => fault === undefined).map(({ pem }) => pem);
  const [bundled, system] = [getCACertificates('default'), getCACertificates('system')];
  setDefaultCACertificates([...bundled, ...system, ...usable]);
  trust = { bundled: bundled.length, system: system.length, file };
  for (const certificate of file) if (certificate.fault !== undefined) onFault?.(certificate);
  return trust;
}
