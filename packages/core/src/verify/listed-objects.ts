import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { chainDataPrefix } from '../store/layout.ts';
import type { ObjectRecord } from '../store/manifest.ts';
import { keepsOlder } from '../store/older-versions.ts';
import { readRecorded } from '../store/set-reader.ts';
import type { Finding } from './finding.ts';
import type { SetFindings } from './set-findings.ts';

/** Sizes of all objects that a chain has stored besides its manifests, by key. */
export type ListedSizes = ReadonlyMap<string, number>;

export async function listChainData(
  sink: BackupSink,
  chain: Parameters<typeof chainDataPrefix>[0],
  { signal }: CallOptions,
): Promise<ListedSizes> {
  const sizes = new Map<string, number>();
  for await (const object of sink.list(chainDataPrefix(chain), { signal })) sizes.set(object.key, object.sizeBytes);
  return sizes;
}

interface ListedCheck {
  readonly sink: BackupSink;
  readonly listed: ListedSizes;
  readonly records: readonly ObjectRecord[];
  readonly findings: SetFindings;
}

/** Every object is there with its size; of one that isn't, older versions are looked for. */
export async function checkListed(
  { sink, listed, records, findings }: ListedCheck,
  { signal }: CallOptions,
): Promise<void> {
  const options = { signal, olderVersions: findings.olderVersions };
  for (const record of records) {
    const fault = faultOf(record, listed.get(record.key));
    if (fault === undefined) continue;
    if (keepsOlder(sink, options)) await findings.addListed(fault, () => readRecorded(sink, record, options));
    else findings.add(fault);
  }
}

function faultOf({ key, sizeBytes }: ObjectRecord, listed: number | undefined): Finding | undefined {
  if (listed === undefined) return { code: 'object-missing', key, message: `${key} is not there` };
  if (listed === sizeBytes) return undefined;
  return { code: 'object-size', key, message: `${key} has ${listed} bytes instead of ${sizeBytes}` };
}
