/** Proves the disk sink on Windows' own Node, under Wine: its contract, and files as Windows has them. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingTool, WineMachine, windowsNode } from '@adcs-backup/wine';
import { build } from 'esbuild';
import type { Told } from './told.ts';

const suites = ['files of Windows', 'with hard links', 'without hard links'];

const reason = await missingTool();
if (reason === undefined) {
  const machine = await WineMachine.create();
  try {
    await bundle(join(machine.driveC, 'suite.mjs'));
    await machine.plugIn('e:');
    await machine.plugIn('unc/nas/share');
    let failed = 0;
    for (const suite of suites) failed += await runSuite(machine, suite);
    process.stdout.write(failed === 0 ? 'the disk sink works on Windows\n' : `${failed} checks failed\n`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await machine.remove();
  }
} else {
  process.stderr.write(`can't run: ${reason}\n`);
  process.exitCode = 1;
}

/** From source, with all it needs: Node doesn't run TypeScript in node_modules, and Wine knows no links there. */
async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('suite.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@adcs-backup/source'],
    logLevel: 'error',
  });
}

/** @returns how many failed */
async function runSuite(machine: WineMachine, suite: string): Promise<number> {
  const args = ['C:\\suite.mjs', suite, `C:\\${suite}`];
  const { code, stdout, stderr } = await machine.run(windowsNode, args, { timeoutMs: 300_000 });
  const all = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Told => JSON.parse(line));
  for (const { name, status, message } of all) {
    process.stdout.write(
      `${status === 'passed' ? 'ok     ' : status} ${suite}: ${name}${message ? `: ${message}` : ''}\n`,
    );
  }
  const passed = all.filter(({ status }) => status === 'passed').length;
  const failed = all.filter(({ status }) => status === 'failed').length;
  if (code === 0 && passed > 0) return failed;
  process.stdout.write(`FAILED ${suite} ended with ${code} after ${all.length} checks\n${stderr}\n`);
  return failed + 1;
}
