/** What the demo shows, from a new CA to a restored one. */
import { mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareRestored, type RestoredFile } from './compare-restored.ts';
import { createCa } from './create-ca.ts';
import { type Answer, answersOf, onlyAnswer } from './demo-cli.ts';
import { closingLines, exact, grouped, openingLines, seconds, short } from './demo-text.ts';
import type { Issuance } from './issue-certificates.ts';
import type { StandinReport } from './report.ts';
import type { StandinCa } from './standin-ca.ts';

/** Exit code of a backup whose set is kept, but not sound. */
const SUSPECT = 14;

export interface Demo {
  /** An empty folder. */
  readonly folder: string;
  readonly databaseBytes: number;
  /** File of the command. */
  readonly cli: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** @throws at the first thing that isn't as it must be */
export async function tellStory(demo: Demo): Promise<void> {
  const { folder, say } = demo;
  say(openingLines);
  const ca = await makeCa(demo);
  await mkdir(join(folder, 'sink'));
  say('\n2. Back it up, while it runs, into a folder; then delete the logs that it needs no more:');
  await backUp(demo, ca);
  say('\n3. The CA issues certificates:');
  await issue(demo, ca, { changedPages: 200, appendedPages: 64, logs: 3 });
  say('\n4. Back it up again; blocks that are the same are not stored again:');
  const full = await backUp(demo, ca);
  say('\n5. It issues some more, and only its new logs are backed up:');
  await issue(demo, ca, { changedPages: 20, logs: 2 });
  const logsOnly = await backUp(demo, ca, ['--type', 'auto']);
  say('\n6. A bit of the database flips on its way. The set is kept as suspect, and no log is deleted:');
  await backUpDamaged(demo, ca);
  say('\n7. Read everything that is stored, and compare each block with its SHA-256:');
  await verify(demo);
  say('\n8. Restore the newest sound set, with the full set that it builds on:');
  const restored = await restore(demo);
  say('\n9. Compare with what the CA handed out, whose digests the stand-in took:');
  const digests = [...full.digests, ...logsOnly.digests];
  await compare(demo, { restored, digests, enrollFolder: ca.enrollFolder });
  say(closingLines);
}

async function makeCa({ folder, databaseBytes, say }: Demo): Promise<StandinCa> {
  say(`\n1. A CA in ${folder}:`);
  const beganAt = performance.now();
  const ca = await createCa(join(folder, 'ca'), { databaseBytes, logCount: 6, checkpointLag: 4 });
  await ca.recordDigests(true);
  const database = basename(ca.databasePath);
  say(`   ${database}, ${short(databaseBytes)}, with logs and CRLs, made in ${seconds(performance.now() - beganAt)}`);
  return ca;
}

async function issue(
  { say }: Demo,
  ca: StandinCa,
  issuance: Required<Pick<Issuance, 'changedPages' | 'logs'>> & Issuance,
): Promise<void> {
  await ca.issueCertificates(issuance);
  const { changedPages, appendedPages = 0, logs } = issuance;
  say(`   ${changedPages} pages changed, ${appendedPages} pages added, ${logs} logs filled and closed`);
}

/** Resolves with what the stand-in has recorded of this backup. */
async function backUp(demo: Demo, ca: StandinCa, flags: readonly string[] = []): Promise<StandinReport> {
  await ca.clearReport();
  const certadm = ['--certadm', `ca/${basename(ca.library)}`];
  const answers = await type(demo, ['backup', 'sink', ...flags, '--truncate-logs', ...certadm]);
  const ended = onlyAnswer(answers, 'backup-ended');
  const [read, stored] = [exact(ended.number('sourceBytes')), exact(ended.number('storedBytes'))];
  const took = seconds(ended.number('elapsedMs'));
  demo.say(`   set ${ended.text('label')} sealed after ${took}: ${read} read, ${stored} stored`);
  const report = await ca.report();
  const { sessions, buffers, calls } = report;
  if (sessions.left > 0 || buffers.left > 0) {
    throw new Error(`left open: ${sessions.left} sessions, ${buffers.left} buffers of Certadm`);
  }
  const files = `${ended.number('files')} files by ${calls.length} calls of Certadm, every page and log good`;
  const truncation = ended.record('truncation');
  const [before, after] = [truncation.record('before'), truncation.record('after')];
  demo.say(`   ${files}; ${before.number('logCount')} logs on the CA before, ${after.number('logCount')} after`);
  return report;
}

async function backUpDamaged(demo: Demo, ca: StandinCa): Promise<void> {
  const { size } = await stat(ca.databasePath);
  const file = basename(ca.databasePath);
  await ca.setFaults({ flipBits: [{ file, offset: Math.floor(size / 8192) * 4096 + 1234, bit: 5 }] });
  const certadm = ['--certadm', `ca/${basename(ca.library)}`];
  const answers = await type(demo, ['backup', 'sink', '--truncate-logs', ...certadm], SUSPECT);
  await ca.clearFaults();
  const found = onlyAnswer(answers, 'content-found');
  demo.say(`   exit code ${SUSPECT}: ${found.text('message')}`);
}

async function verify(demo: Demo): Promise<void> {
  const answers = await type(demo, ['verify', 'sink', '--read-data']);
  const verdicts = answers.filter((answer) => answer.type === 'set-verified');
  const sum = (field: string): number => verdicts.reduce((total, verdict) => total + verdict.number(field), 0);
  // The command would have ended with 14: this is what it says of itself.
  if (verdicts.length !== 4 || sum('findings') > 0) throw new Error('verify did not find four intact sets');
  const took = seconds(onlyAnswer(answers, 'run-ended').number('elapsedMs'));
  const blocks = `${grouped(sum('blocksChecked'))} blocks compared`;
  demo.say(`   ${verdicts.length} sets intact after ${took}: ${exact(sum('bytesRead'))} read, ${blocks}`);
}

async function restore(demo: Demo): Promise<readonly RestoredFile[]> {
  const answers = await type(demo, ['restore', 'sink', 'latest', '--to', 'restored']);
  const report = onlyAnswer(answers, 'set-restored');
  const [skipped] = answers.filter((answer) => answer.type === 'set-skipped');
  if (skipped === undefined) throw new Error('the suspect set was not stepped over');
  demo.say(`   ${report.text('label')}, not ${skipped.text('label')}, which is suspect`);
  const files = report.list('files').map((file) => {
    return { role: file.text('role'), name: file.text('name'), path: file.text('path') };
  });
  const took = seconds(onlyAnswer(answers, 'run-ended').number('elapsedMs'));
  demo.say(`   ${files.length} files, ${exact(report.number('sizeBytes'))} written after ${took}`);
  return files;
}

interface Compared {
  readonly restored: readonly RestoredFile[];
  readonly digests: StandinReport['digests'];
  readonly enrollFolder: string;
}

async function compare({ say }: Demo, { restored, digests, enrollFolder }: Compared): Promise<void> {
  const { identical, differences } = await compareRestored(restored, digests, enrollFolder);
  if (differences.length > 0 || identical.length === 0) {
    throw new Error(['the restored files are not what the CA handed out', ...differences].join('\n  '));
  }
  for (const role of ['database', 'log', 'dynamic']) {
    const files = identical.filter((file) => file.role === role);
    const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    say(`   ${role.padEnd(8)}  ${files.length}  ${exact(bytes).padStart(17)}  identical`);
  }
  say(`   ${identical.length} of ${restored.length} files are identical, byte for byte`);
}

/** Shows a command and runs it, in the demo's folder. */
async function type(
  { folder, cli, signal, say }: Demo,
  args: readonly string[],
  exitCode = 0,
): Promise<readonly Answer[]> {
  signal.throwIfAborted();
  const line = [...args, '--json'];
  say(`   $ adcs-backup ${line.join(' ')}`);
  return await answersOf({ cli, folder }, line, exitCode);
}
