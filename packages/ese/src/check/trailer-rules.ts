import type { DatabaseHeaderFacts, TrailerFacts } from './database-facts.ts';

/** Whether the engine would ask for a trailer: a streaming copy that wasn't restored yet. */
export function isStreamingCopy({ currentFullBackup }: DatabaseHeaderFacts): boolean {
  return currentFullBackup !== undefined && currentFullBackup.genHigh === 0;
}

/** What in a trailer doesn't fit its database's header, by the rules of the engine's restore; undefined when all does. */
export function trailerMismatch(header: DatabaseHeaderFacts, trailer: TrailerFacts): string | undefined {
  if (trailer.signature !== header.signature) return 'the trailer is of another database';
  if (trailer.logSignature !== header.logSignature) return 'the trailer is of another log stream';
  const [wanted, found] = [header.currentFullBackup?.mark, trailer.backup.mark];
  if (wanted === undefined) return 'there is a trailer, but the header tells of no backup';
  const isSameBackup =
    wanted.generation === found.generation && wanted.sector === found.sector && wanted.byte === found.byte;
  if (!isSameBackup) return 'the trailer is of another backup';
  return trailer.backup.genHigh === 0 ? 'the trailer names no highest log generation' : undefined;
}
