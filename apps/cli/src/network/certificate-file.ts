import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

/** The file of `--ca-file`: certificates of authorities that only this computer's owners trust. */

export interface FileCertificate {
  readonly pem: string;
  /** Whose it is: `O=Contoso, CN=Contoso Root`. */
  readonly subject: string;
  readonly validTo: Date;
  /** Why it is of no use, for people. */
  readonly fault: string | undefined;
}

const pemBlock = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/**
 * Reads PEM, one certificate or several, or one in DER, as Windows exports them.
 * @throws `invalid-configuration` when not one of them is of use
 */
export function readCertificateFile(path: string, now: Date): readonly FileCertificate[] {
  const found = certificatesIn(path, bytesOf(path)).map((certificate) => described(certificate, now));
  const faults = found.flatMap(({ subject, fault }) => (fault === undefined ? [] : [`${subject} ${fault}`]));
  if (faults.length < found.length) return found;
  throw invalid(path, `holds no usable certificate: ${faults.join('; ')}`);
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw invalid(path, `can't be read: ${messageOf(cause)}`, cause);
  }
}

function certificatesIn(path: string, bytes: Buffer): readonly X509Certificate[] {
  const blocks = bytes.toString('latin1').match(pemBlock) ?? [bytes];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    const what = blocks[0] === bytes ? 'holds no certificate' : 'holds a damaged certificate';
    throw invalid(path, what, cause);
  }
}

function described(certificate: X509Certificate, now: Date): FileCertificate {
  const { subject, validToDate } = certificate;
  return {
    pem: certificate.toString(),
    subject: subject.split('\n').join(', '),
    validTo: validToDate,
    fault: faultOf(certificate, now),
  };
}

/** A server's certificate that is signed by itself, as appliances have them, vouches for itself. */
function faultOf(certificate: X509Certificate, now: Date): string | undefined {
  const { ca, validFromDate, validToDate } = certificate;
  if (now > validToDate) return `expired on ${day(validToDate)}`;
  if (now < validFromDate) return `is not valid before ${day(validFromDate)}`;
  if (!ca && !certificate.checkIssued(certificate)) return 'is not the certificate of an authority';
  return undefined;
}

/** `2026-11-21`, in UTC. */
export function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function invalid(path: string, what: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('invalid-configuration', `certificate file ${path} ${what}`, {
    hint: "Name a PEM file with the certificate of the authority that signed the server's, the root at the best.",
    ...(cause === undefined ? {} : { cause }),
  });
}
