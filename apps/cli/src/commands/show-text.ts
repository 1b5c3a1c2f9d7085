import type { Manifest, SetEntry, SetOutcome, StoredSet, Verdict, Warning } from '@adcs-backup/core';
import { bothTimes, count, grouped } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import { pairs, table } from '../output/table.ts';
import {
  blocksText,
  checksText,
  libraryText,
  logsText,
  protectionRows,
  readText,
  storedText,
  verdictText,
} from './manifest-text.ts';
import { type SignatureState, signatureText } from './signature-state.ts';
import { isTruncated, logFolderRows } from './truncation-text.ts';

export interface ShownSet {
  readonly entry: SetEntry;
  readonly stored: StoredSet;
  readonly verdict: Verdict;
  readonly signature: SignatureState;
}

/** A manifest for people. */
export function showText({ entry, stored, verdict, signature }: ShownSet): string[] {
  const { manifest, manifestSha256, outcome, outcomeFault } = stored;
  const lines = [
    `Set ${manifest.label}`,
    '',
    ...pairs([
      ...facts(manifest),
      ...protectionRows(manifest, signatureText(signature)),
      ['session', outcomeFault === undefined ? sessionText(outcome) : `its end can't be read: ${outcomeFault.message}`],
      ...(outcome === undefined ? [] : logFolderRows(outcome)),
      ['manifest', `${entry.manifestKey}, SHA-256 ${manifestSha256}`],
    ]),
    '',
    ...verdictText(verdict),
    '  (by what the manifests say: "adcs-backup verify" looks whether the data is there)',
    '',
    ...fileTable(manifest),
    ...listed(
      'Where the CA keeps its files',
      manifest.restoreMap.entries.map(({ kind, path }) => `${kind}: ${path}`),
    ),
    ...listed('Warnings', [...manifest.warnings, ...(outcome?.warnings ?? [])].map(warningText)),
    ...listed('Findings', manifest.findings.map(warningText)),
  ];
  return lines.map(printable);
}

function facts(manifest: Manifest): [string, string][] {
  const { type, base, chain, number, ca, server, host, tool, previous, counts } = manifest;
  const origin = base === undefined ? '' : `, builds on ${base}`;
  return [
    ['CA', `${ca.name} (${ca.id}), server ${server}`],
    ['type', `${type}${origin}, number ${number}, chain ${chain}`],
    ['previous', previous === undefined ? 'none' : `${previous.label}, chain ${previous.chain}`],
    ['began', bothTimes(manifest.startedAt)],
    ['sealed', bothTimes(manifest.sealedAt)],
    ['read', readText(manifest.files.length, counts)],
    ['blocks', blocksText(counts)],
    ['stored', storedText(counts)],
    ['objects', `${count(manifest.packs.length, 'pack')}, ${count(manifest.maps.length, 'map')}`],
    ['checks', checksText(manifest.checks)],
    ['logs', logsText(manifest.files)],
    ['sound', manifest.sound ? 'yes' : 'NO: it is suspect, see the findings'],
    ['library', libraryText(manifest.library)],
    ['made by', `${tool.name} ${tool.version} on ${host}`],
  ];
}

function sessionText(outcome: SetOutcome | undefined): string {
  if (outcome === undefined) return 'its end is not recorded: the run was cut off after sealing';
  const logs = isTruncated(outcome) ? 'logs truncated' : 'no logs deleted';
  return `ended ${bothTimes(outcome.endedAt)}, ${logs}`;
}

function fileTable(manifest: Manifest): string[] {
  const columns = [
    { title: 'FILE' },
    { title: 'ROLE' },
    { title: 'BYTES', align: 'right' as const },
    { title: 'CHECK' },
  ];
  return table(
    columns,
    manifest.files.map(({ name, role, sizeBytes, intact }) => [
      printable(name),
      role,
      grouped(sizeBytes),
      intact === undefined ? '' : intact ? 'good' : 'DAMAGED',
    ]),
  );
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function warningText({ code, message, hint }: Warning): string {
  return `${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
