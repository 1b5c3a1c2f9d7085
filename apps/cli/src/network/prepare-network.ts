import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type FileCertificate, readCertificateFile } from './certificate-file.ts';
import { checkProxies, exceptIdentityServices, usesProxies } from './proxies.ts';

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
  /** Of the sink's URL. */
  readonly scheme: string;
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
export function prepareNetwork({ scheme, ...options }: NetworkOptions): Trust {
  if (usesProxies(scheme)) checkProxies(process.env);
  trust ??= established(options);
  return trust;
}

function established({ caFile, onFault }: Omit<NetworkOptions, 'scheme'>): Trust {
  exceptIdentityServices(process.env);
  const file = caFile === undefined ? [] : readCertificateFile(caFile, new Date());
  const usable = file.filter(({ fault }) => fault === undefined).map(({ pem }) => pem);
  const [bundled, system] = [getCACertificates('default'), getCACertificates('system')];
  setDefaultCACertificates([...bundled, ...system, ...usable]);
  for (const certificate of file) if (certificate.fault !== undefined) onFault?.(certificate);
  return { bundled: bundled.length, system: system.length, file };
}
