import type { MemorySink } from '@adcs-backup/core/testing';

/** What an edited manifest is written from: the JSON as it is stored. */
export interface StoredManifest {
  sound: boolean;
  findings: unknown[];
  checks: Record<string, string>;
  files: {
    name: string;
    role: string;
    intact?: boolean;
    log?: unknown;
    database?: unknown;
    extents: unknown[];
    treeDigest: string;
  }[];
}

/** Changes a stored manifest as somebody who may write to the sink could. */
export async function editManifest(
  sink: MemorySink,
  label: string,
  edit: (manifest: StoredManifest) => void,
): Promise<void> {
  const key = [...sink.objects.keys()].find((each) => each.startsWith('sets/') && each.endsWith(`/${label}.json`));
  const manifest: StoredManifest = JSON.parse(Buffer.from(sink.objects.get(key ?? '')?.bytes ?? []).toString());
  edit(manifest);
  sink.replace(key ?? '', Buffer.from(JSON.stringify(manifest)));
}
