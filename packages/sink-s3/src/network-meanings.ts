import type { Meaning } from './meanings.ts';

const unreachable = (hint: string): Meaning => ({ code: 'sink-unreachable', hint, retryable: true });
const untrusted = (hint: string): Meaning => ({ code: 'sink-unreachable', hint, retryable: false });

const down = unreachable('Check the network, the endpoint, and HTTPS_PROXY if a proxy lies between.');
const broke = unreachable('The connection broke; the call is made again.');
const noName = unreachable('Check the endpoint or region, and the name servers of this machine.');
const privateCa = untrusted(
  "The server's certificate is from an authority that this machine doesn't trust: name the authority's certificate with --ca-file, or add it to the system's store.",
);
const wrongDate = untrusted("The server's certificate is out of date, or this machine's clock is wrong.");
const wrongName = untrusted("The server's certificate is for another name: check the endpoint.");
const noTls = untrusted('The server does not speak TLS as expected: check the scheme and port of the endpoint.');

const meanings = new Map<string, Meaning>([
  ...['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL'].map(
    (code): [string, Meaning] => [code, down],
  ),
  ...['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTCONN', 'ERR_STREAM_PREMATURE_CLOSE'].map(
    (code): [string, Meaning] => [code, broke],
  ),
  ...['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'].map((code): [string, Meaning] => [code, noName]),
  ...[
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_UNTRUSTED',
  ].map((code): [string, Meaning] => [code, privateCa]),
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'].map((code): [string, Meaning] => [code, wrongDate]),
  ['ERR_TLS_CERT_ALTNAME_INVALID', wrongName],
  ['ERR_PROXY_TUNNEL', unreachable('The proxy refuses or fails: check HTTPS_PROXY and what the proxy allows.')],
]);

/** By what the connection, or the lack of one, was reported as; undefined when it is nothing of that kind. */
export function meaningOfConnection(code: string, name: string): Meaning | undefined {
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return noTls;
  const known = meanings.get(code);
  if (known !== undefined) return known;
  if (name === 'IdleError') return unreachable('The server or a proxy stalled; the call is made again.');
  return name === 'TimeoutError' ? down : undefined;
}
