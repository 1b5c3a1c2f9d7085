import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { onTestFinished } from 'vitest';
import type { KeyPair } from './certificates.ts';

/** What S3 and Azure Blob answer when there is nothing to list. */
const answers = {
  s3: '<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>',
  azure: '<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>',
};

/** A store behind TLS in which every list is empty, until the test ends. @returns `https://localhost:PORT` */
export async function newEmptyStore(certificate: KeyPair): Promise<string> {
  const [cert, key] = await Promise.all([readFile(certificate.certificate), readFile(certificate.key)]);
  const server = createServer({ cert, key }, ({ url = '' }, response) => {
    const answer = url.includes('list-type=2') ? answers.s3 : answers.azure;
    response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${answer}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the store has no port');
  return `https://localhost:${address.port}`;
}
