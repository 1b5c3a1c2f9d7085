import { hostname } from 'node:os';
import type { LibraryInfo, RestoreMap } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { StoredObject } from '../sink/backup-sink.ts';
import { type ChainData, isPresentIn, listChainData } from '../store/chain-data.ts';
import { caIdOf } from '../store/layout.ts';
import type { Manifest } from '../store/manifest.ts';
import type { ReferenceRun } from '../store/reference.ts';
import { interruptedRun, sealedRun } from '../store/reference-runs.ts';
import { putBegin, SetWriter } from '../store/set-writer.ts';
import { type ChosenChain, chooseChain } from './choose-chain.ts';
import type { BackupIo } from './io.ts';
import { lineageOf } from './lineage.ts';

/** An interrupted run is built on while the sink's clock says that it is younger. */
const INTERRUPTED_MAX_AGE_MS = 3 * 24 * 3600_000;
/** Retention and locks count by the sink's clock: more than this is worth a look. */
const CLOCK_SKEW_MS = 5 * 60_000;

interface Source {
  readonly library: LibraryInfo;
  readonly restoreMap: RestoreMap;
  readonly caName: string;
}

/** The CA's name: AD CS names the database after it. @throws when the restore map names no database */
export function caNameOf(restoreMap: RestoreMap): string {
  const database = restoreMap.entries.find((entry) => entry.kind === 'database');
  const name = database?.path.replace(/^.*[\\/]/, '').replace(/\.edb$/i, '');
  if (name !== undefined && name !== '') return name;
  throw new AdcsBackupError('certsrv-failed', 'the restore map names no database, so the name of the CA is unknown', {
    hint: 'Name the CA with --ca NAME.',
  });
}

/** What the steps after it need of a set that was begun. */
export interface BegunSet {
  readonly set: SetWriter;
  /** The newest set of this CA; undefined when it is the first. */
  readonly newest: Manifest | undefined;
}

/** Chooses chain, label and number, claims the label in the sink, and gathers what can be built on. */
export async function beginSet({ caName, library, restoreMap }: Source, io: BackupIo): Promise<BegunSet> {
  const { sink, type, server, tool, signal } = io.options;
  const caId = caIdOf(caName);
  const earlier = io.sets.filter((set) => set.caId === caId);
  const lineage = await lineageOf(earlier, io);
  const data = await listChainData(sink, { caId, sets: earlier, now: io.startedAt, signal });
  const chosen = chooseChain({ earlier, lineage, data }, io);
  const { chain, label } = chosen;
  const { number, previous, newest } = lineage;
  const ca = { id: caId, name: caName };
  const facts = { label: label.text, chain, type, number, previous, ca, server, host: hostname() };
  const beginning = { ...facts, startedAt: io.startedAt, tool, library, restoreMap };
  const target = { sink, place: { caId, chain, label }, signal, now: () => io.clock.now().getTime() };
  const begun = await putBegin(target, beginning);
  warnOfSkew(begun, io);
  const references = await gatherReferences({ chosen, data, newest, begun }, io);
  const parts = { encoder: io.encoder, references, isPresent: isPresentIn(data) };
  io.log.observe({ type: 'set-begun', label: label.text, caName, caId });
  return { set: new SetWriter(target, beginning, parts), newest };
}

interface Gathering {
  readonly chosen: ChosenChain;
  readonly data: ChainData;
  readonly newest: Manifest | undefined;
  readonly begun: StoredObject;
}

async function gatherReferences({ chosen, data, newest, begun }: Gathering, io: BackupIo): Promise<ReferenceRun[]> {
  const { sink, signal } = io.options;
  const onDamaged = (error: AdcsBackupError): void => warnOfLoss(error.message, io);
  const references: ReferenceRun[] = [];
  if (chosen.buildsOnSet && newest !== undefined) {
    const isPresent = isPresentIn(data);
    const missing = newest.packs.filter((pack) => !isPresent(pack));
    const [first] = missing;
    if (first !== undefined) warnOfLoss(`${missing.length} packs of earlier sets, ${first.key} the first`, io);
    references.push(sealedRun(sink, newest, { signal, onDamaged }));
  }
  for (const interrupted of chosen.interrupted) {
    if (begun.modifiedAt.getTime() - interrupted.begunAt.getTime() >= INTERRUPTED_MAX_AGE_MS) continue;
    references.push(await interruptedRun(sink, interrupted, { signal, onDamaged }));
    io.log.observe({ type: 'run-resumed', label: interrupted.label.text });
  }
  return references;
}

function warnOfLoss(what: string, io: BackupIo): void {
  io.log.warn({
    code: 'stored-data-lost',
    message: `missing or damaged in the sink: ${what}`,
    hint: 'What the CA still has is stored again by this run. Earlier sets stay damaged: run "adcs-backup verify", and find out what deletes or alters objects.',
  });
}

function warnOfSkew({ modifiedAt }: StoredObject, io: BackupIo): void {
  const skewMs = modifiedAt.getTime() - io.clock.now().getTime();
  if (Math.abs(skewMs) <= CLOCK_SKEW_MS) return;
  io.log.warn({
    code: 'clock-skew',
    message: `the sink's clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`,
    hint: 'Labels come from this machine, retention from the sink: check which of them is wrong (w32tm /query /status).',
  });
}
