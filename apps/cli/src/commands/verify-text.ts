import { AdcsBackupError, type SetVerdict } from '@adcs-backup/core';
import { count, grouped, shortSize } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { SeenCa } from './freshness.ts';
import { freshnessText } from './freshness-text.ts';
import { verdictText } from './manifest-text.ts';
import type { FoundSignature } from './signature-state.ts';

/** What was found of a set, for people. */
export function setText(set: SetVerdict, signature: FoundSignature, style: Style): string[] {
  const { label, caId, intact, sound, findings, objectsChecked, verdict } = set;
  const stored = intact ? style('good', 'intact') : style('bad', 'DAMAGED');
  const word = sound === false ? `${stored}, but ${style('bad', 'SUSPECT')} since it was made` : stored;
  const signed = signedText(signature, style);
  return [
    `${label} of ${printable(caId)}: ${word}, ${signed}; ${count(objectsChecked, 'object')} checked, ${dataText(set)}`,
    ...findings.map(({ code, message }) => printable(`  ${code}: ${message}`)),
    ...(verdict === undefined ? [] : verdictText(verdict).map((line) => printable(`  ${line}`))),
  ];
}

function signedText({ signature, signedBy }: FoundSignature, style: Style): string {
  switch (signature) {
    case 'verified':
      return `signed by ${signedBy}`;
    case 'invalid':
      return style('bad', 'NOT SIGNED by a key that counts');
    case 'not-checked':
      return 'signature not checked';
    case 'none':
      return 'not signed';
  }
}

function dataText({ packsRead, packsTotal, bytesRead, blocksChecked, filesChecked, contents }: SetVerdict): string {
  const unread = filesChecked === 0 ? 'data not read (--read-data reads it)' : 'every block of databases and logs read';
  const read = `${packsRead} of ${count(packsTotal, 'pack')} read (${shortSize(bytesRead)})`;
  const checked =
    contents === 'stored-bytes'
      ? 'stored bytes compared, contents not (they are encrypted: --identity)'
      : `${grouped(blocksChecked)} blocks checked`;
  const data = packsRead === 0 ? unread : `${read}, ${checked}`;
  return filesChecked === 0 ? data : `${data}, pages and logs of ${count(filesChecked, 'file')} checked again`;
}

interface Closing {
  /** There are signatures that nobody looked at. */
  readonly isUnchecked: boolean;
  /** Undefined when nothing was compared with what was seen before. */
  readonly seen: readonly SeenCa[] | undefined;
}

/** How new the sets are, and what verify left open. */
export function closingText({ isUnchecked, seen }: Closing): string[] {
  return [
    ...(isUnchecked ? ['Signatures were not checked: name the public key with --signed-by.'] : []),
    ...(seen === undefined
      ? ['Freshness was not checked: verify --trust FILE remembers the newest set seen, and notices less than that.']
      : seen.map((each) => printable(freshnessText(each)))),
  ];
}

export function damageError(verdicts: readonly SetVerdict[]): AdcsBackupError {
  const damaged = verdicts.filter(({ intact }) => !intact);
  const findings = damaged.flatMap((verdict) => verdict.findings);
  const share = `${damaged.length} of ${count(verdicts.length, 'set')} ${damaged.length === 1 ? 'is' : 'are'}`;
  if (findings.every(({ code }) => code === 'signature-invalid')) {
    return new AdcsBackupError('signature-invalid', `${share} not what a key of --signed-by signed`, {
      hint: forgedHint,
    });
  }
  const areKept = findings.every(({ olderVersion }) => olderVersion !== undefined);
  return new AdcsBackupError('integrity-failed', `${share} damaged`, { hint: areKept ? keptHint : lostHint });
}

const forgedHint =
  'Sets from before the CA signed are not signed: verify them without --signed-by. Of others, find out who stored or ' +
  'altered them, and restore none.';

const lostHint =
  'Delete nothing. Restore from an intact set or from another copy of the sink, take a new backup, ' +
  'and find out what happened to the storage.';

const keptHint =
  'Delete nothing, and let no older version expire: a restore reads them. Take a new backup, ' +
  'and find out who replaced or deleted objects.';
