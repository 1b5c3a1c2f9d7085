/** How long the Windows executable takes to start, beside node.exe with the installed command, in turns under Wine. */
import { realpathSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingTool, WineMachine, windowsNode } from '@adcs-backup/wine';
import { median } from './figures.ts';

const rounds = Number(process.argv[2] ?? 7);
const cli = fileURLToPath(new URL('../../apps/cli', import.meta.url));
const { version }: { readonly version: string } = JSON.parse(await readFile(join(cli, 'package.json'), 'utf8'));
const program = 'C:\\adcs-backup\\adcs-backup.exe';
/** Wine's drive Z is the whole of this machine. */
const script = `Z:${realpathSync(join(cli, 'bin', 'adcs-backup.js')).replaceAll('/', '\\')}`;

const reason = await missingTool();
if (reason !== undefined) throw new Error(`can't run: ${reason}`);
const machine = await WineMachine.create();
try {
  await cp(join(cli, 'dist-exe', `adcs-backup-${version}-win-x64`), join(machine.driveC, 'adcs-backup'), {
    recursive: true,
  });
  const ca = await machine.createCa('CA', { databaseBytes: 1024 * 1024 });
  await ca.serveFrom(machine.systemDirectory, 'C:\\CA');
  const bare = () => seconds(windowsNode, ['-e', '0']);
  for (const command of ['--version', '--help', 'doctor']) {
    await compare(command, {
      exe: () => seconds(program, [command]),
      node: () => seconds(windowsNode, [script, command]),
      bare,
    });
  }
} finally {
  await machine.remove();
}

interface Variants {
  readonly exe: () => Promise<number>;
  readonly node: () => Promise<number>;
  /** Node that does nothing. */
  readonly bare: () => Promise<number>;
}

async function compare(command: string, variants: Variants): Promise<void> {
  const { exe, node, bare } = variants;
  await exe();
  await node();
  const times: Times[] = [];
  for (let round = 0; round < rounds; round += 1)
    times.push({ exe: await exe(), node: await node(), bare: await bare() });
  const ratio = median(times.map((each) => each.exe / each.node)) ?? Number.NaN;
  const parts = [
    `exe ${inMs(times, 'exe')}`,
    `node.exe ${inMs(times, 'node')}`,
    `node.exe alone ${inMs(times, 'bare')}`,
  ];
  process.stdout.write(`${command.padEnd(10)} ${parts.join(', ')}; exe / node.exe ${ratio.toFixed(2)}\n`);
}

type Times = { readonly [Name in keyof Variants]: number };

function inMs(times: readonly Times[], of: keyof Variants): string {
  return `${Math.round((median(times.map((each) => each[of])) ?? Number.NaN) * 1000)} ms`;
}

async function seconds(file: string, args: readonly string[]): Promise<number> {
  const begun = process.hrtime.bigint();
  const { code, stderr } = await machine.run(file, args);
  const elapsed = Number(process.hrtime.bigint() - begun) / 1e9;
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return elapsed;
}
