import { type ComposedSet, composeStored } from '../chain/read-chain.ts';
import { type Verdict, verdictOf } from '../chain/verdict.ts';
import { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import { chainDataPrefix } from '../store/layout.ts';
import type { ContentFinding, Manifest, ObjectRecord } from '../store/manifest.ts';
import { type MapScan, scanMaps } from '../store/map-scan.ts';
import { readPacks } from '../store/pack-reader.ts';
import { checkAgain } from './check-again.ts';

export type FindingCode =
  | 'manifest-invalid'
  | 'object-missing'
  | 'object-size'
  | 'map-invalid'
  | 'pack-damaged'
  /** Sealed as sound, but what its restore needs of earlier sets is not there any more. */
  | 'chain-broken'
  /** Pages or logs are not what they were when the set was sealed. */
  | 'content-changed';

/** Something that is wrong with a stored set. */
export interface Finding {
  readonly code: FindingCode;
  /** The object that it is about. */
  readonly key: string;
  readonly message: string;
}

export interface VerifyEvent {
  readonly type: 'verify-progress';
  readonly label: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface VerifyOptions {
  /** Percentage of the packs to read and check block by block; default 0. */
  readonly readData?: number;
  /** Check every page and log of the set's files again; reads all of them. Default false. */
  readonly ese?: boolean;
  /** Chooses the packs when `readData` is under 100; default Math.random. */
  readonly random?: () => number;
  readonly signal?: AbortSignal;
  readonly observe?: (event: VerifyEvent) => void;
}

/** What is known of a set after a look at it. */
export interface SetVerdict {
  readonly label: string;
  readonly caId: string;
  /** Nothing was found wrong. With packs unread that says only: everything is there, and maps fit. */
  readonly intact: boolean;
  readonly findings: readonly Finding[];
  readonly objectsChecked: number;
  readonly packsRead: number;
  readonly packsTotal: number;
  /** Stored bytes of the packs that were read. */
  readonly bytesRead: number;
  /** Blocks whose content was checked against its digest. */
  readonly blocksChecked: number;
  /** As the manifest says; undefined when that can't be read. */
  readonly sound: boolean | undefined;
  /** Whether it can be restored, by what the manifests of its chain say; undefined when its own can't be read. */
  readonly verdict: Verdict | undefined;
  /** What the checks of pages and logs found when the set was sealed, and, with `ese`, find now. */
  readonly contentFindings: readonly ContentFinding[];
  /** Files whose pages or segments were checked again. */
  readonly filesChecked: number;
}

/**
 * Checks a set: manifest, presence and size of every object, maps, tree digests; and as many packs
 * as asked for, block by block. Rejects only when the sink fails: what is wrong with the set is a finding.
 */
export async function verifySet(sink: BackupSink, entry: SetEntry, options: VerifyOptions = {}): Promise<SetVerdict> {
  const findings: Finding[] = [];
  const verdict = (facts: Partial<SetVerdict>): SetVerdict => ({
    label: entry.label.text,
    caId: entry.caId,
    intact: findings.length === 0,
    findings,
    objectsChecked: 0,
    packsRead: 0,
    packsTotal: 0,
    bytesRead: 0,
    blocksChecked: 0,
    sound: undefined,
    verdict: undefined,
    contentFindings: [],
    filesChecked: 0,
    ...facts,
  });
  const composed = await orFinding(() => composeStored(sink, entry, options), findings, {
    code: 'manifest-invalid',
    key: entry.manifestKey,
  });
  if (composed === undefined) return verdict({});
  const { manifest } = composed.set;
  const records = [...manifest.maps, ...manifest.packs];
  findings.push(...(await missingObjects({ sink, entry, records }, options)));
  if (manifest.sound && !composed.composition.isComplete) findings.push(brokenChain(entry, composed));
  const facts = {
    objectsChecked: records.length + 1,
    packsTotal: manifest.packs.length,
    sound: manifest.sound,
    verdict: verdictOf(composed),
    contentFindings: manifest.findings,
  };
  const scan = await orFinding(() => scanMaps(sink, manifest, options), findings, {
    code: 'map-invalid',
    key: entry.manifestKey,
  });
  if (scan === undefined) return verdict(facts);
  const data = await readPackData({ sink, manifest, scan, findings }, options);
  const contents = options.ese === true ? await checkAgain({ sink, manifest, findings }, options) : {};
  return verdict({ ...facts, ...data, ...contents });
}

function brokenChain(entry: SetEntry, { composition }: ComposedSet): Finding {
  const message = `it was sound when it was sealed, but now: ${composition.findings[0]?.message}`;
  return { code: 'chain-broken', key: entry.manifestKey, message };
}

async function missingObjects(
  {
    sink,
    entry,
    records,
  }: { readonly sink: BackupSink; readonly entry: SetEntry; readonly records: readonly ObjectRecord[] },
  { signal }: VerifyOptions,
): Promise<Finding[]> {
  const sizes = new Map<string, number>();
  for await (const object of sink.list(chainDataPrefix(entry), { signal })) sizes.set(object.key, object.sizeBytes);
  return records.flatMap(({ key, sizeBytes }): Finding[] => {
    const size = sizes.get(key);
    if (size === undefined) return [{ code: 'object-missing', key, message: `${key} is not there` }];
    if (size === sizeBytes) return [];
    return [{ code: 'object-size', key, message: `${key} has ${size} bytes instead of ${sizeBytes}` }];
  });
}

interface Verifying {
  readonly sink: BackupSink;
  readonly manifest: Manifest;
  readonly scan: MapScan;
  readonly findings: Finding[];
}

async function readPackData(
  { sink, manifest, scan, findings }: Verifying,
  { readData = 0, random = Math.random, signal, observe }: VerifyOptions,
): Promise<Pick<SetVerdict, 'packsRead' | 'bytesRead' | 'blocksChecked'>> {
  const chosen = choosePacks(manifest.packs, readData, random);
  const counts = { packsRead: 0, bytesRead: 0, blocksChecked: 0 };
  const totalBytes = [...chosen].reduce((sum, pack) => sum + pack.sizeBytes, 0);
  const knownBad = new Set(findings.map((finding) => finding.key));
  const onPackRead = (pack: ObjectRecord): void => {
    counts.packsRead += 1;
    counts.bytesRead += pack.sizeBytes;
    observe?.({ type: 'verify-progress', label: manifest.label, doneBytes: counts.bytesRead, totalBytes });
  };
  const onDamaged = (pack: ObjectRecord, error: AdcsBackupError): void => {
    findings.push({ code: 'pack-damaged', key: pack.key, message: error.message });
  };
  const choose = (pack: ObjectRecord): boolean => chosen.has(pack) && !knownBad.has(pack.key);
  for await (const piece of readPacks({ sink, manifest, scan }, { signal, choose, onPackRead, onDamaged })) {
    counts.blocksChecked += piece.blocks;
  }
  return counts;
}

/** At least one pack when any percentage is asked for. */
function choosePacks(packs: readonly ObjectRecord[], percent: number, random: () => number): ReadonlySet<ObjectRecord> {
  const shuffled = packs.map((pack) => ({ pack, rank: random() })).sort((one, other) => one.rank - other.rank);
  return new Set(shuffled.slice(0, Math.ceil((packs.length * percent) / 100)).map(({ pack }) => pack));
}

/** The result, or undefined when the set is at fault: then a finding says so. */
async function orFinding<T>(
  read: () => Promise<T>,
  findings: Finding[],
  about: Pick<Finding, 'code' | 'key'>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isFault(error)) throw error;
    findings.push({ ...about, message: error.message });
    return undefined;
  }
}

/** Errors that are about the set and not about the sink. */
function isFault(error: unknown): error is AdcsBackupError {
  return AdcsBackupError.is(error, 'integrity-failed') || AdcsBackupError.is(error, 'object-not-found');
}
