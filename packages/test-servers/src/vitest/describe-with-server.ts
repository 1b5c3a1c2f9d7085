import { describe, inject, it } from 'vitest';
import type { AzureAccess } from '../azurite.ts';
import type { S3Access } from '../ceph.ts';
import type { SftpAccess } from '../sshd.ts';
import type { Provided } from './shared-server.ts';

/**
 * Groups of tests that need a server, which their project has begun by its `globalSetup` in vitest.config.ts. Where
 * there is none, one skipped test says why.
 */

declare module 'vitest' {
  interface ProvidedContext {
    readonly ceph: Provided<S3Access>;
    readonly azurite: Provided<AzureAccess>;
    readonly sshd: Provided<SftpAccess>;
  }
}

/** Tests against Ceph's S3. */
export function describeWithCeph(title: string, body: (access: S3Access) => void): void {
  describeWith(inject('ceph'), title, body);
}

/** Tests against Azurite. */
export function describeWithAzurite(title: string, body: (access: AzureAccess) => void): void {
  describeWith(inject('azurite'), title, body);
}

/** Tests against OpenSSH's SFTP. */
export function describeWithSshd(title: string, body: (access: SftpAccess) => void): void {
  describeWith(inject('sshd'), title, body);
}

function describeWith<Access>(
  provided: Provided<Access> | undefined,
  title: string,
  body: (access: Access) => void,
): void {
  if (provided === undefined) throw new Error(`${title}: the project's globalSetup doesn't begin the server`);
  if ('missing' in provided) it.skip(`${title} (${provided.missing})`);
  else describe(title, () => body(provided.access));
}
