import type { Verdict } from '../chain/verdict.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { ContentFinding, PreviousSet } from '../store/manifest.ts';
import type { Finding } from './finding.ts';
import type { SetFindings } from './set-findings.ts';

/** What is known of a set after a look at it. */
export interface SetVerdict {
  readonly label: string;
  readonly chain: string;
  readonly caId: string;
  /** As the manifest says, like `previous`; undefined when that can't be read. */
  readonly number: number | undefined;
  readonly previous: PreviousSet | undefined;
  /** Undefined when the manifest can't be read. */
  readonly manifestSha256: string | undefined;
  /** Of the manifest; of other objects a wrong one is a finding. */
  readonly signature: 'verified' | 'not-checked' | 'invalid';
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

/** What was found, and the facts that are known; of the others, that they aren't. */
export function verdictWith(
  { entry, findings }: { readonly entry: SetEntry; readonly findings: SetFindings },
  facts: Partial<SetVerdict>,
): SetVerdict {
  return {
    label: entry.label.text,
    chain: entry.chain,
    caId: entry.caId,
    number: undefined,
    previous: undefined,
    manifestSha256: undefined,
    signature: 'not-checked',
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
