import type { Fault } from '@adcs-backup/test-servers';

/** Replies of the service as its REST reference describes them, for what no server in these tests does. */

type Answer = Extract<Fault, { kind: 'answer' }>;

const version = { 'x-ms-version': '2026-02-06', 'x-ms-request-id': 'a-request' };

/** A refusal; HEAD has the code in its header only. */
export function refusal(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Refused as ${code}.\nRequestId:a-request\nTime:2026-11-22T08:00:00Z</Message></Error>`;
  return {
    kind: 'answer',
    status,
    headers: { ...version, 'x-ms-error-code': code, 'content-type': 'application/xml', ...headers },
    body,
  };
}

/** What a HEAD or GET of a blob gives. */
export function blob(headers: Readonly<Record<string, string>>, body = ''): Answer {
  return {
    kind: 'answer',
    status: 200,
    headers: {
      ...version,
      etag: '"0x8DE29"',
      'last-modified': 'Sun, 22 Nov 2026 08:00:00 GMT',
      'content-length': `${Buffer.byteLength(body)}`,
      'x-ms-blob-type': 'BlockBlob',
      ...headers,
    },
    body,
  };
}

export interface ListedBlob {
  readonly name: string;
  readonly sizeBytes?: number;
  readonly versionId?: string;
  /** HTTP's form. */
  readonly modifiedAt?: string;
  readonly isFolder?: boolean;
}

/** A page of a listing. */
export function listing(blobs: readonly ListedBlob[]): Answer {
  const items = blobs.map(
    ({ name, sizeBytes = 0, versionId, modifiedAt = 'Sun, 22 Nov 2026 08:00:00 GMT', isFolder }) => {
      const id = versionId === undefined ? '' : `<VersionId>${versionId}</VersionId>`;
      const metadata = isFolder === true ? '<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>' : '<Metadata />';
      return `<Blob><Name>${name}</Name>${id}<Properties><Last-Modified>${modifiedAt}</Last-Modified><Etag>0x8DE29</Etag><Content-Length>${sizeBytes}</Content-Length><BlobType>BlockBlob</BlobType></Properties>${metadata}</Blob>`;
    },
  );
  const body = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="c"><Blobs>${items.join('')}</Blobs><NextMarker /></EnumerationResults>`;
  return { kind: 'answer', status: 200, headers: { ...version, 'content-type': 'application/xml' }, body };
}
