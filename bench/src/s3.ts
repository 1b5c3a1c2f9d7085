/** Measures adcs-backup side by side with restic, both into one S3 server, and writes bench/results/s3. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cephMissing, createBucket, startCeph } from '@adcs-backup/test-servers';
import { listenForInterrupt } from './interrupt.ts';
import { machineOf } from './machine.ts';
import { openOurs } from './ours.ts';
import { checkPlatform, checkSpace, isInstalled } from './preflight.ts';
import { openRestic } from './restic.ts';
import { s3OptionsOf, s3Usage } from './s3-options.ts';
import { writeS3Results } from './s3-report.ts';
import { tellS3Story } from './s3-story.ts';

const BUCKET = 'bench';

listenForInterrupt();
try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const options = s3OptionsOf(args);
  if (options === undefined) {
    say(s3Usage);
    return;
  }
  const { databaseBytes, rounds, name } = options;
  checkPlatform();
  const why = cephMissing() ?? (isInstalled('restic') ? undefined : 'restic is not installed: apt-get install restic');
  if (why !== undefined) throw new Error(why);
  checkSpace(tmpdir(), databaseBytes);
  const tools = [await openOurs(), await openRestic()];
  const begunAt = new Date().toISOString();
  const machine = machineOf(await realpath(tmpdir()));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'adcs-backup-bench-')));
  const server = await startCeph();
  try {
    const { access } = server;
    await createBucket(access, BUCKET);
    // Both tools take their credentials from here.
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: access.accessKey, AWS_SECRET_ACCESS_KEY: access.secretKey });
    const runs = await tellS3Story({ folder, databaseBytes, rounds, tools, access, bucket: BUCKET, say });
    const versions = tools.map((tool) => ({ name: tool.name, version: tool.version, settings: tool.settings }));
    const command = ['pnpm bench:s3', ...args].join(' ');
    await writeS3Results({ name, begunAt, command, machine, databaseBytes, rounds, tools: versions, runs }, say);
  } finally {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
