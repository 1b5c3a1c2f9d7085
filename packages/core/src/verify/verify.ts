import { type ComposedSet, composeStored } from '../chain/read-chain.ts';
import type { PackIdentities, TrustedSigners } from '../keys.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import { outcomeKey } from '../store/layout.ts';
import { scanMaps } from '../store/map-scan.ts';
import { requireIdentities } from '../store/opened-pack.ts';
import { checkAgain } from './check-again.ts';
import { checkLinks } from './check-links.ts';
import { checkSignatures } from './check-signatures.ts';
import type { Finding } from './finding.ts';
import { checkListed, type ListedSizes, listChainData } from './listed-objects.ts';
import { neededBesides, type Proof, provenVerdict } from './proven-verdict.ts';
import { readPackData } from './read-data.ts';
import { SetFindings } from './set-findings.ts';
import { type SetVerdict, verdictWith } from './set-verdict.ts';

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

/**
 * Checks a set: manifest, presence and size of every object, maps, tree digests; and as many packs
 * as asked for, block by block. Rejects only when the sink fails: what is wrong with the set is a finding.
 * Where the sink keeps versions, a finding tells of the one that a restore reads in place of the object.
 */
export async function verifySet(sink: BackupSink, entry: SetEntry, options: VerifyOptions = {}): Promise<SetVerdict> {
  const { signal, trusted } = options;
  const findings = new SetFindings(entry);
  const { olderVersions } = findings;
  const composed = await findings.orFinding(() => composeStored(sink, entry, { signal, trusted, olderVersions }), {
    code: 'manifest-invalid',
    key: entry.manifestKey,
  });
  if (composed === undefined) {
    const isForged = findings.all.some(({ code }) => code === 'signature-invalid');
    return verdictWith({ entry, findings }, { signature: isForged ? 'invalid' : 'not-checked' });
  }
  if (options.ese === true) requireIdentities(composed.set.manifest, options);
  const listed = await listChainData(sink, entry, options);
  const facts = await checkObjects({ sink, entry, composed, findings, listed }, options);
  const besides = await checkBesides({ sink, entry, composed, listed }, options);
  return verdictWith({ entry, findings }, { ...facts, verdict: provenVerdict(composed, { findings, besides }) });
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
    const code = outcomeFault.code === 'signature-invalid' ? outcomeFault.code : 'outcome-invalid';
    findings.add({ code, key: outcomeKey(entry), message: outcomeFault.message });
  }
  await checkLinks({ sink, key: entry.manifestKey, manifest, findings }, options);
  await checkSignatures({ sink, place: entry, manifest, findings }, options);
  const facts = {
    number: manifest.number,
    previous: manifest.previous,
    manifestSha256: composed.set.manifestSha256,
    signature: options.trusted === undefined ? ('not-checked' as const) : ('verified' as const),
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
