import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { Place } from './place.ts';

/** A shared access signature of a container, as the owner of the account makes it. */
export function signature(place: Place, { rights, endsInMs }: { rights: string; endsInMs: number }): string {
  const { account, key } = place.access;
  const now = Date.now();
  return generateBlobSASQueryParameters(
    {
      containerName: place.container,
      permissions: ContainerSASPermissions.parse(rights),
      startsOn: new Date(now - 7_200_000),
      expiresOn: new Date(now + endsInMs),
    },
    new StorageSharedKeyCredential(account, key),
  ).toString();
}

/** What of a signature must not be shown: its secret part, in a URL and plain. */
export function secretsOf(sas: string): string[] {
  const sig = new URLSearchParams(sas).get('sig') ?? '';
  return [sas, sig];
}
