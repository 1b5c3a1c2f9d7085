import { hostname } from 'node:os';
import type { LibraryInfo, RestoreMap } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { StoredObject } from '../sink/backup-sink.ts';
import { type ChainData, isPresentIn, listChainData } from '../store/chain-data.ts';
import { chainName, nextLabel } from '../store/label.ts';
import { caIdOf, type SetPlace } from '../store/layout.ts';
import { decodeManifest } from '../store/manifest-json.ts';
import type { SetTarget } from '../store/pack-writer.ts';
import type { ReferenceRun } from '../store/reference.ts';
import { interruptedRun, sealedRun } from '../store/reference-runs.ts';
import { putBegin, type SetBeginning, type SetParts, SetWriter } from '../store/set-writer.ts';
import { type ChosenChain, chooseChain } from './choose-chain.ts';
import { type History, historyOf } from './history.ts';
import type { BackupIo } from './io.ts';
import { termsOf } from './terms.ts';

/** An interrupted run is built on while the sink's clock says that it is younger. */
const INTERRUPTED_MAX_AGE_MS = 3 * 24 * 3600_000;
/** Retention and locks count by the sink's clock: more than this is worth a look. */
const CLOCK_SKEW_MS = 5 * 60_000;

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
export async function onlyCaName({ sets, sinks: { group }, options: { signal } }: BackupIo): Promise<string> {
  const newest = sets.at(-1);
  if (newest === undefined || sets.some(({ caId }) => caId !== newest.caId)) return caNameOf(undefined);
  return decodeManifest(await group.get(newest.manifestKey, { signal }), newest.manifestKey).ca.name;
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
  const { server, tool, signal } = io.options;
  const sink = io.sinks.group;
  const caId = caIdOf(caName);
  const earlier = io.sets.filter((set) => set.caId === caId);
  const history = await historyOf(earlier, io);
  const data = await listChainData(sink, { caId, sets: earlier, now: io.startedAt, signal });
  const chosen = chooseChain({ earlier, history, data }, io);
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
  const { signal } = io.options;
  const sink = io.sinks.group;
  const onDamaged = (error: AdcsBackupError): void => warnOfLoss(error.message, io);
  const references: ReferenceRun[] = [];
  // A file is built on in the newest set that has it: logs only have no database.
  const { newest, sets } = history;
  const built = chosen.buildsOnSets ? [newest, sets[0]].filter((set) => set !== undefined) : [];
  for (const manifest of new Set(built)) {
    const isPresent = isPresentIn(data);
    const missing = manifest.packs.filter((pack) => !isPresent(pack));
    const [first] = missing;
    if (first !== undefined) warnOfLoss(`${missing.length} packs of earlier sets, ${first.key} the first`, io);
    references.push(sealedRun(sink, manifest, { signal, onDamaged }));
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
