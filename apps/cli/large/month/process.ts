import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StandinCa } from '@adcs-backup/standin';
import { type CliProcess, type CliResult, resultOf, startCli } from '../../test/run-cli.ts';
import type { Random } from './random.ts';
import type { Witness } from './witness.ts';

/** When a run is stopped, and how. */
export interface Stop {
  readonly signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT';
  /** Only after this state was entered; at once when there is none. */
  readonly state: string | undefined;
  readonly delayMs: number;
}

export interface RunAround {
  readonly ca: StandinCa;
  readonly stop: Stop | undefined;
  /** What is issued while the run goes on, and who sees it; undefined for a quiet run. */
  readonly issuing: { readonly random: Random; readonly witness: Witness } | undefined;
}

/** So many logs, at most, are closed by issuance while one run goes on. */
export const MOST_LOGS_MEANWHILE = 6;

/** Runs the command with `--json`; may stop it, and may issue certificates while its session is open. */
export async function runCommand(args: readonly string[], { ca, stop, issuing }: RunAround): Promise<CliResult> {
  const child = startCli([...args, '--json']);
  const result = resultOf(child);
  let hasEnded = false;
  const ended = result.then(() => {
    hasEnded = true;
  });
  const stopping = stop === undefined ? undefined : stopChild({ child, ended, stop }, ca);
  if (issuing !== undefined) {
    await Promise.race([untilEntered(child, 'preparing-session'), ended]);
    const { random, witness } = issuing;
    for (let closed = 0; closed < MOST_LOGS_MEANWHILE && !hasEnded; ) {
      const logs = random.integer(0, 1);
      await issue(ca, random, logs);
      await witness.look();
      closed += logs;
      await delay(random.integer(0, 40));
    }
    await ended;
    await witness.look();
  }
  await stopping;
  return await result;
}

/** A few certificates; the checkpoint follows. */
export async function issue(ca: StandinCa, random: Random, logs: number): Promise<void> {
  const appendedPages = random.happens(0.3) ? random.integer(1, 4) : 0;
  await ca.issueCertificates({ changedPages: random.integer(1, 30), appendedPages, logs });
}

interface Stopping {
  readonly child: CliProcess;
  readonly ended: Promise<void>;
  readonly stop: Stop;
}

async function stopChild({ child, ended, stop }: Stopping, ca: StandinCa): Promise<void> {
  if (stop.state !== undefined) await Promise.race([untilEntered(child, stop.state), ended]);
  await Promise.race([delay(stop.delayMs), ended]);
  // The engine is another process on a real CA: it doesn't die with the backup in the middle of a change to its files.
  while (existsSync(join(ca.folder, 'files.lock'))) await delay(1);
  child.kill(stop.signal);
}

async function untilEntered(child: CliProcess, state: string): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer | string) => {
      printed += text.toString();
      if (printed.includes(`"state":"${state}"`)) resolve();
    });
  });
}
