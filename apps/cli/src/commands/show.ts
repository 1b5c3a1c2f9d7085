import { composeStored, findSet, verdictOf } from '@adcs-backup/core';
import type { ReadingKeyFlags } from '../keys/key-flags.ts';
import { readingKeys } from '../keys/reading-keys.ts';
import type { JsonLine } from '../output/json-line.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { type SetAddress, skipped } from './set-address.ts';
import { type ShownSet, showText } from './show-text.ts';
import { signatureOf } from './signature-state.ts';
import { isTruncated } from './truncation-text.ts';

export interface ShowFlags extends SinkFlags, Pick<ReadingKeyFlags, 'signedBy'> {
  readonly ca?: string | undefined;
}

/** Shows what the manifest of a set says. */
export async function show(run: Run, { sink: where, label }: SetAddress, flags: ShowFlags): Promise<'done'> {
  const keys = await readingKeys({ signedBy: flags.signedBy });
  return await withSink<'done'>({ run, where, flags }, async (sink) => {
    const { signal } = run;
    const { trusted } = keys;
    const entry = await findSet(sink, { label, ca: flags.ca, signal, trusted, onSkipped: skipped(run) });
    const composed = await composeStored(sink, entry, { signal, trusted });
    const signature = signatureOf(entry, trusted);
    const shown = { entry, stored: composed.set, verdict: verdictOf(composed), signature };
    run.output.line(lineOf(shown));
    run.output.text(showText(shown));
    return 'done';
  });
}

function lineOf({ entry, stored, verdict, signature }: ShownSet): JsonLine {
  const { manifest, manifestSha256, outcome } = stored;
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
    ...signature,
    outcome: outcome && {
      endedAt: outcome.endedAt,
      isTruncated: isTruncated(outcome),
      ...(outcome.truncation === undefined ? {} : { truncation: outcome.truncation }),
      logFolder: outcome.logFolder,
      warnings: outcome.warnings,
    },
  };
}
