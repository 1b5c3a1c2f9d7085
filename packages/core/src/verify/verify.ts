import { type ComposedSet, composeStored } from '../chain/read-chain.ts';
import type { Verdict } from '../chain/verdict.ts';
import type { PackIdentities, TrustedSigners } from '../keys.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import { outcomeKey } from '../store/layout.ts';
import type { ContentFinding } from '../store/manifest.ts';
import { scanMaps } from '../store/map-scan.ts';
import { checkAgain } from './check-again.ts';
import type { Finding } from './finding.ts';
import { checkListed, type ListedSizes, listChainData } from './listed-objects.ts';
import { neededBesides, type Proof, provenVerdict } from './proven-verdict.ts';
import { readPackData } from './read-data.ts';
import { SetFindings } from './set-findings.ts';

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
  /** Manifests, outcomes and begins must be signed by one of these; without them signatures are not looked at. */
  readonly trusted?: TrustedSigners;
  /** Open the packs of encrypted sets; without them only their stored bytes can be checked. */
  readonly identities?: PackIdentities;
  /**
   * What was found of sets that it builds on: damage there decides over this one, too. Of those that are not
   * among them only a listing is looked at.
   */
  readonly earlier?: readonly SetVerdict[];
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
  /**
   * What was checked of the packs that were read: every block, or only the bytes as they are stored, since the set is
   * encrypted and can't be opened; undefined when none was to be read.
   */
  readonly contents: 'checked' | 'stored-bytes' | undefined;
  /** As the manifest says; undefined when that can't be read. */
  readonly sound: boolean | undefined;
  /**
   * Whether it can be restored, by what the manifests of its chain say and by what was found of the sets that
   * a restore needs; undefined when its own manifest can't be read.
   */
  readonly verdict: Verdict | undefined;
  /** What the checks of pages and logs found when the set was sealed, and, with `ese`, find now. */
  readonly contentFindings: readonly ContentFinding[];
  /** Files whose pages or segments were checked again. */
  readonly filesChecked: number;
}

/**
 * Checks a set: manifest, presence and size of every object, maps, tree digests; and as many packs
 * as asked for, block by block. Rejects only when the sink fails: what is wrong with the set is a finding.
 * Where the sink keeps versions, a finding tells of the one that a restore reads in place of the object.
 */
export async function verifySet(sink: BackupSink, entry: SetEntry, options: VerifyOptions = {}): Promise<SetVerdict> {
  const { signal } = options;
  const findings = new SetFindings(entry);
  const { olderVersions } = findings;
  const composed = await findings.orFinding(() => composeStored(sink, entry, { signal, olderVersions }), {
    code: 'manifest-invalid',
    key: entry.manifestKey,
  });
  if (composed === undefined) return verdictWith({ entry, findings }, {});
  const listed = await listChainData(sink, entry, options);
  const facts = await checkObjects({ sink, entry, composed, findings, listed }, options);
  const besides = await checkBesides({ sink, entry, composed, listed }, options);
  return verdictWith({ entry, findings }, { ...facts, verdict: provenVerdict(composed, { findings, besides }) });
}

function verdictWith(
  { entry, findings }: { readonly entry: SetEntry; readonly findings: SetFindings },
  facts: Partial<SetVerdict>,
): SetVerdict {
  return {
    label: entry.label.text,
    caId: entry.caId,
    intact: findings.all.length === 0,
    findings: findings.all,
    objectsChecked: 0,
    packsRead: 0,
    packsTotal: 0,
    bytesRead: 0,
    blocksChecked: 0,
    contents: undefined,
    sound: undefined,
    verdict: undefined,
    contentFindings: [],
    filesChecked: 0,
    ...facts,
  };
}

interface Checking {
  readonly sink: BackupSink;
  readonly entry: SetEntry;
  readonly composed: ComposedSet;
  readonly findings: SetFindings;
  readonly listed: ListedSizes;
}

/** Checks what the set itself has stored, and what it refers to. */
async function checkObjects(
  { sink, entry, composed, findings, listed }: Checking,
  options: VerifyOptions,
): Promise<Partial<SetVerdict>> {
  const { manifest, outcomeFault } = composed.set;
  const { signal } = options;
  const { olderVersions } = findings;
  const records = [...manifest.maps, ...manifest.packs];
  await checkListed({ sink, listed, records, findings }, options);
  if (manifest.sound && !composed.composition.isComplete) findings.add(brokenChain(entry, composed));
  if (outcomeFault !== undefined) {
    findings.add({ code: 'outcome-invalid', key: outcomeKey(entry), message: outcomeFault.message });
  }
  const facts = {
    objectsChecked: records.length + 1,
    packsTotal: manifest.packs.length,
    sound: manifest.sound,
    contentFindings: manifest.findings,
  };
  const scan = await findings.orFinding(() => scanMaps(sink, manifest, { signal, olderVersions }), {
    code: 'map-invalid',
    key: entry.manifestKey,
  });
  if (scan === undefined) return facts;
  const data = await readPackData({ sink, manifest, scan, findings }, options);
  const contents = options.ese === true ? await checkAgain({ sink, manifest, findings }, options) : {};
  return { ...facts, ...data, ...contents };
}

function brokenChain(entry: SetEntry, { composition }: ComposedSet): Finding {
  const message = `it was sound when it was sealed, but now: ${composition.findings[0]?.message}`;
  return { code: 'chain-broken', key: entry.manifestKey, message };
}

/** What was found of the other sets that a restore reads. */
async function checkBesides(
  { sink, entry, composed, listed }: Omit<Checking, 'findings'>,
  { earlier = [], signal }: VerifyOptions,
): Promise<Proof['besides']> {
  const besides: Proof['besides'][number][] = [];
  for (const { label, maps, packs } of neededBesides(composed)) {
    const known = earlier.find((verdict) => verdict.caId === entry.caId && verdict.label === label);
    const findings = new SetFindings({ ...entry, label: { text: label } });
    const records = [...maps, ...packs];
    if (known === undefined) await checkListed({ sink, listed, records, findings }, { signal });
    besides.push({ label, findings: known?.findings ?? findings.all });
  }
  return besides;
}
