import type { SinkSetting } from '@adcs-backup/core/sink';
import type {
  ContainerClient,
  ContainerGetPropertiesResponse,
  ServiceGetPropertiesResponse,
} from '@azure/storage-blob';
import { abortable } from './abortable.ts';
import type { Clients } from './client.ts';
import type { Credentials } from './credentials.ts';
import { credentialsSetting } from './credentials-setting.ts';
import { isDenied } from './errors.ts';
import { describe } from './failure.ts';

interface Place extends Clients {
  readonly credentials: Credentials;
  readonly signal: AbortSignal | undefined;
}

/** What the data plane shows of a container; the rest is for people with rights on the account. */
export async function readSettings({
  container,
  service,
  credentials,
  signal,
}: Place): Promise<readonly SinkSetting[]> {
  const found = await unlessDenied(container.getProperties(abortable(signal)));
  const account = await unlessDenied(service.getProperties(abortable(signal)));
  return [
    await credentialsSetting(credentials, signal),
    versioning(found, await unlessDenied(hasVersions(container, signal))),
    typeof found === 'string' ? unknown('lock', found) : lock(found),
    typeof account === 'string' ? unknown('soft-delete', account) : softDelete(account),
    unknown('lifecycle', 'the rules of the account can be seen in the Azure portal only, under Lifecycle management'),
  ];
}

/** Why not, where the credentials may not look. */
async function unlessDenied<T>(reading: Promise<T>): Promise<T | string> {
  try {
    return await reading;
  } catch (error) {
    if (isDenied(error)) return `the credentials may not look: ${describe(error)}`;
    throw error;
  }
}

/** Whether a blob has a version's id: one that was stored before versions were kept has none, so that `false` says little. */
async function hasVersions(container: ContainerClient, signal: AbortSignal | undefined): Promise<boolean> {
  const pages = container.listBlobsFlat({ includeVersions: true, ...abortable(signal) }).byPage({ maxPageSize: 10 });
  for await (const { segment } of pages) return segment.blobItems.some(({ versionId }) => versionId !== undefined);
  /* v8 ignore next -- @preserve there is a page, be it an empty one */
  return false;
}

function versioning(found: ContainerGetPropertiesResponse | string, seen: boolean | string): SinkSetting {
  const allowsLocks = typeof found !== 'string' && found.isImmutableStorageWithVersioningEnabled === true;
  if (allowsLocks || seen === true) return { name: 'versioning', state: 'on', message: 'the account keeps versions' };
  if (typeof seen === 'string') return unknown('versioning', seen);
  return unknown('versioning', 'no blob shows one; the Azure portal has it under Data protection');
}

function lock(found: ContainerGetPropertiesResponse): SinkSetting {
  const kinds = [
    ...(found.isImmutableStorageWithVersioningEnabled === true ? ['objects can be locked one by one'] : []),
    ...(found.hasImmutabilityPolicy === true ? ['the container has an immutability policy'] : []),
    ...(found.hasLegalHold === true ? ['the container has a legal hold'] : []),
  ];
  if (kinds.length > 0) return { name: 'lock', state: 'on', message: kinds.join('; ') };
  return { name: 'lock', state: 'off', message: 'the container allows no locks' };
}

function softDelete({ deleteRetentionPolicy }: ServiceGetPropertiesResponse): SinkSetting {
  const { enabled = false, days = 0 } = deleteRetentionPolicy ?? {};
  if (enabled)
    return { name: 'soft-delete', state: 'on', message: `deleted blobs can be brought back for ${days} days` };
  return { name: 'soft-delete', state: 'off', message: 'deleted blobs are gone' };
}

function unknown(name: string, message: string): SinkSetting {
  return { name, state: 'unknown', message };
}
