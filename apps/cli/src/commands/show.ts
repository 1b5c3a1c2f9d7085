import { composeStored, findSet, type SetEntry, type StoredSet, type Verdict, verdictOf } from '@adcs-backup/core';
import type { JsonLine } from '../output/json-line.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { type SetAddress, skipped } from './set-address.ts';
import { showText } from './show-text.ts';
import { isTruncated } from './truncation-text.ts';

export interface ShowFlags extends SinkFlags {
  readonly ca?: string | undefined;
}

/** Shows what the manifest of a set says. */
export async function show(run: Run, { sink: where, label }: SetAddress, flags: ShowFlags): Promise<'done'> {
  return await withSink<'done'>({ run, where, flags }, async (sink) => {
    const { signal } = run;
    const entry = await findSet(sink, { label, ca: flags.ca, signal, onSkipped: skipped(run) });
    const composed = await composeStored(sink, entry, { signal });
    const verdict = verdictOf(composed);
    run.output.line(lineOf(entry, composed.set, verdict));
    run.output.text(showText(entry, composed.set, verdict));
    return 'done';
  });
}

function lineOf(entry: SetEntry, { manifest, manifestSha256, outcome }: StoredSet, verdict: Verdict): JsonLine {
  const { format, type: setType, ca, files, maps, packs, counts, restoreMap, ...rest } = manifest;
  return {
    ...rest,
    type: 'set-shown',
    setType,
    caId: ca.id,
    caName: ca.name,
    ...counts,
    files: files.map(({ role, name, sourcePath, sizeBytes, treeDigest, intact, log }) => ({
      role,
      name,
      sourcePath,
      sizeBytes,
      treeDigest,
      intact,
      generation: log?.generation,
    })),
    verdict,
    restoreMap: restoreMap.entries,
    objects: 1 + maps.length + packs.length,
    manifestKey: entry.manifestKey,
    manifestSha256,
    outcome: outcome && {
      endedAt: outcome.endedAt,
      isTruncated: isTruncated(outcome),
      ...(outcome.truncation === undefined ? {} : { truncation: outcome.truncation }),
      logFolder: outcome.logFolder,
      warnings: outcome.warnings,
    },
  };
}
