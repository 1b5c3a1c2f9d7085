import type { RestoreReport } from '@adcs-backup/core';
import { count, exactSize, utcTime } from '../output/format.ts';
import { pairs } from '../output/table.ts';
import type { SeenCa } from './freshness.ts';
import { freshnessText } from './freshness-text.ts';
import { verdictText } from './manifest-text.ts';
import { pasted } from './set-address.ts';
import { type SignatureState, signatureText } from './signature-state.ts';

export interface Trusted {
  readonly signature: SignatureState;
  /** What is known of the CA's newest set; undefined when nothing was looked at. */
  readonly fresh: SeenCa | undefined;
}

/** What a restore has written, and what to do with it. */
export function restoreText(report: RestoreReport, { signature, fresh }: Trusted): string[] {
  const { label, to, files, bytes, sound, verdict } = report;
  const isFit = verdict.restorable !== 'no';
  return [
    isFit ? `Set ${label} is restored.` : `The files of set ${label} are written, but they are not fit to be put back.`,
    '',
    ...pairs([
      ['folder', to],
      ['written', `${count(files.length, 'file')}, ${exactSize(bytes)}, every block checked`],
      ['signed', signatureText(signature)],
      ...(fresh === undefined ? [] : [['fresh', freshnessText(fresh)] satisfies [string, string]]),
      ['sound', sound ? 'yes' : 'NO: a check failed when it was stored'],
    ]),
    '',
    ...verdictText(verdict),
    '',
    ...olderText(report),
    ...(isFit ? forCertutil(report) : unfit),
  ];
}

/** So many objects are named. */
const NAMED = 20;

function olderText({ olderVersions }: RestoreReport): string[] {
  if (olderVersions.length === 0) return [];
  const named = olderVersions.slice(0, NAMED).map(({ key, version, modifiedAt }) => {
    return `  ${key}: version ${version} of ${utcTime(modifiedAt)}`;
  });
  const more = olderVersions.length - named.length;
  return [
    'Somebody replaced or deleted objects in the sink. Read from what was there before:',
    ...named,
    ...(more === 0 ? [] : [`  and ${more} more, named in restored-set.json`]),
    '',
  ];
}

const unfit = [
  'Do not give this folder to certutil -restoreDB: the engine would refuse it, or lose data.',
  'See docs/checks.md for what can be done. To restore the newest sound set, name it latest.',
];

function forCertutil({ folders }: RestoreReport): string[] {
  return [
    'To put it back into the CA, on the CA, with the key and certificate of the CA in place:',
    '  net stop certsvc',
    ...folders.map(({ path }, index) => `  certutil${index === 0 ? ' -f' : ''} -restoreDB ${pasted(path)}`),
    '  net start certsvc',
  ];
}
