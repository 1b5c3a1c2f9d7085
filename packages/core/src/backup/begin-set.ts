import { hostname } from 'node:os';
import type { LibraryInfo, RestoreMap } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { StoredObject } from '../sink/backup-sink.ts';
import { type ChainData, isPresentIn, listChainData } from '../store/chain-data.ts';
import { chainName, nextLabel } from '../store/label.ts';
import { caIdOf, type SetPlace } from '../store/layout.ts';
import type { SetTarget } from '../store/pack-writer.ts';
import type { ReferenceRun } from '../store/reference.ts';
import { interruptedRun, sealedRun } from '../store/reference-runs.ts';
import { readManifest } from '../store/set-reader.ts';
import { putBegin, type SetBeginning, type SetParts, SetWriter } from '../store/set-writer.ts';
import { storedDataLost, warnOfExposure, warnOfSkew } from './begin-warnings.ts';
import { type ChosenChain, chooseChain } from './choose-chain.ts';
import { countingSets } from './counting-sets.ts';
import { type History, historyOf } from './history.ts';
import type { BackupIo } from './io.ts';
import { resumableRuns } from './resumable-runs.ts';
import { termsOf } from './terms.ts';

/** An interrupted run is built on while the sink's clock says that it is younger. */
const INTERRUPTED_MAX_AGE_MS = 3 * 24 * 3600_000;

interface Source {
  readonly library: LibraryInfo;
  /** Undefined when it couldn't be had: then that of the full set counts. */
  readonly restoreMap: RestoreMap | undefined;
  readonly caName: string;
}

/** The CA's name: AD CS names the database after it. @throws when the restore map names no database */
export function caNameOf(restoreMap: RestoreMap | undefined): string {
  const database = restoreMap?.entries.find((entry) => entry.kind === 'database');
  const name = database?.path.replace(/^.*[\\/]/, '').replace(/\.edb$/i, '');
  if (name !== undefined && name !== '') return name;
  throw new AdcsBackupError('certsrv-failed', 'the restore map names no database, so the name of the CA is unknown', {
    hint: 'Name the CA with --ca NAME.',
  });
}

/** The name of the CA that the sink is about. @throws when there are several, or none */
export async function onlyCaName(io: BackupIo): Promise<string> {
  const { sets, sinks, options } = io;
  const isOneCa = sets.every(({ caId }) => caId === sets[0]?.caId);
  const newest = isOneCa ? (await countingSets(sets, io)).counting.at(-1) : undefined;
  if (newest === undefined) return caNameOf(undefined);
  const { signal, trusted } = options;
  return (await readManifest(sinks.group, newest, { signal, trusted })).manifest.ca.name;
}

/** What the steps after it need of a set that was begun. */
export interface BegunSet {
  readonly set: SetWriter;
  /** What its files are held to: its sets are those that it builds on. */
  readonly history: History;
}

/** Chooses chain, label and number, claims the label in the sink, and gathers what can be built on. */
export async function beginSet({ caName, library, restoreMap }: Source, io: BackupIo): Promise<BegunSet> {
  const { type } = io;
  const { server, tool } = io.options;
  const caId = caIdOf(caName);
  const { history, data, chosen } = await choose(caId, io);
  const { chain, label } = chosen;
  const { number, previous, sets } = history;
  const base = type === 'full' ? undefined : sets[0];
  const ca = { id: caId, name: caName };
  const terms = termsOf(chain, io.options);
  const facts = { label: label.text, chain, type, ...terms, number, previous, ca, server, host: hostname() };
  /* v8 ignore next -- @preserve without a full set logs only were refused when the chain was chosen */
  const map = restoreMap ?? base?.restoreMap ?? noRestoreMap;
  const origin = base === undefined ? {} : { base: base.label };
  const beginning = { ...facts, ...origin, startedAt: io.startedAt, tool, library, restoreMap: map };
  const target = targetAt({ caId, chain, label }, io);
  const begun = await putBegin(target, beginning);
  warnOfSkew(begun, io);
  const references = await gatherReferences({ chosen, data, history, begun }, io);
  const parts = { encoder: io.encoder, references, isPresent: isPresentIn(data) };
  io.log.observe({ type: 'set-begun', label: label.text, caName, caId });
  const set = new SetWriter(target, beginning, parts);
  return { set, history: chosen.buildsOnSets ? history : { ...history, sets: [] } };
}

/** What there is, and where the run goes. */
async function choose(caId: string, io: BackupIo): Promise<Omit<Gathering, 'begun'>> {
  const { trusted, signal } = io.options;
  const ofCa = io.sets.filter((set) => set.caId === caId);
  const sets = await countingSets(ofCa, io);
  const { counting, others } = sets;
  for (const warning of sets.warnings) io.log.warn(warning);
  const history = await historyOf(counting, io);
  const now = io.startedAt;
  const data = await listChainData(io.sinks.group, { caId, sets: counting, others, now, trusted, signal });
  const entry = counting.at(-1);
  const resumable = await resumableRuns(data.interrupted, sets, io);
  const chosen = chooseChain({ earlier: counting, history, data, resumable }, io);
  warnOfExposure({ entry, isEncrypted: history.newest?.recipients !== undefined }, io);
  return { history, data, chosen };
}

function targetAt(place: SetPlace, { sinks: { group }, options, clock }: BackupIo): SetTarget {
  return {
    sink: group,
    place,
    signal: options.signal,
    recipients: options.recipients,
    signer: options.signer,
    now: () => clock.now().getTime(),
    isLent: (body) => group.isLent(body),
  };
}

const noRestoreMap: RestoreMap = { entries: [], raw: new Uint8Array(0) };

/** Goes on in a new chain, under a new label: what was begun has no part in the CA's history any more. */
export async function beginElsewhere(set: SetWriter, io: BackupIo): Promise<void> {
  const label = nextLabel(io.startedAt, io.type, set.place.label);
  const place = { caId: set.place.caId, chain: chainName(label), label };
  const target = targetAt(place, io);
  const terms = termsOf(place.chain, io.options);
  const beginning: SetBeginning = { ...set.beginning, ...terms, label: label.text, chain: place.chain };
  await putBegin(target, beginning);
  /* v8 ignore next -- @preserve where nothing is built on, nobody asks what is present */
  const parts: SetParts = { encoder: io.encoder, references: [], isPresent: () => false };
  set.moveTo(target, beginning, parts);
  io.log.observe({ type: 'set-begun', label: label.text, caName: beginning.ca.name, caId: beginning.ca.id });
}

interface Gathering {
  readonly chosen: ChosenChain;
  readonly data: ChainData;
  readonly history: History;
  readonly begun: StoredObject;
}

async function gatherReferences({ chosen, data, history, begun }: Gathering, io: BackupIo): Promise<ReferenceRun[]> {
  const { signal, trusted } = io.options;
  const sink = io.sinks.group;
  const onDamaged = (error: AdcsBackupError): void => io.log.warn(storedDataLost(error.message));
  const references: ReferenceRun[] = [];
  // A file is built on in the newest set that has it: logs only have no database.
  const { newest, sets } = history;
  const built = chosen.buildsOnSets ? [newest, sets[0]].filter((set) => set !== undefined) : [];
  for (const manifest of new Set(built)) {
    const isPresent = isPresentIn(data);
    const missing = manifest.packs.filter((pack) => !isPresent(pack));
    const [first] = missing;
    if (first !== undefined)
      io.log.warn(storedDataLost(`${missing.length} packs of earlier sets, ${first.key} the first`));
    references.push(sealedRun(sink, manifest, { signal, onDamaged }));
  }
  for (const interrupted of chosen.interrupted) {
    if (begun.modifiedAt.getTime() - interrupted.begunAt.getTime() >= INTERRUPTED_MAX_AGE_MS) continue;
    references.push(await interruptedRun(sink, interrupted, { signal, trusted, onDamaged }));
    io.log.observe({ type: 'run-resumed', label: interrupted.label.text });
  }
  return references;
}
