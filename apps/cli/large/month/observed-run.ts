import type { ComposedSet } from '@adcs-backup/core';
import type { ExportName, StandinReport } from '@adcs-backup/standin';
import type { CliResult, JsonObject } from '../../test/run-cli.ts';
import type { Disturbance } from './disturbance.ts';

/** What is asked of a run. */
export interface RunPlan {
  readonly type: 'full' | 'logs-only' | 'auto';
  readonly truncates: boolean;
  /** Certificates are issued while it goes on. */
  readonly isBusy: boolean;
  readonly disturbance: Disturbance | undefined;
}

/** What is known of the CA before a run. */
export interface Before {
  /** Generations of closed logs on the CA's disk. */
  readonly logs: readonly number[];
  readonly labels: readonly string[];
  readonly isSettled: boolean;
  readonly state: string;
}

/** A run that has ended. */
export interface ObservedRun extends Omit<CliResult, 'stdout'> {
  readonly plan: RunPlan;
  readonly before: Before;
  readonly lines: readonly JsonObject[];
  readonly report: StandinReport;
  /** SHA-256 by file name. */
  readonly handedOut: ReadonlyMap<string, string>;
  readonly logsAfter: readonly number[];
  /** Sets that the sink has since. */
  readonly sealed: readonly ComposedSet[];
  /** Of the CA when the last log of what it sealed was closed; undefined when that has no complete restore. */
  readonly state: string | undefined;
}

export function hasFailed({ report }: ObservedRun, call: ExportName, hresult: number): boolean {
  return report.calls.some((made) => made.name === call && made.hresult === hresult);
}

export function hasCalled({ report }: ObservedRun, call: ExportName): boolean {
  return report.calls.some(({ name }) => name === call);
}

export function hasTruncated({ report }: ObservedRun): boolean {
  return report.calls.some(({ name, hresult }) => name === 'CertSrvBackupTruncateLogs' && hresult === 0);
}

/** `auto` had begun with logs only. */
export function tookFullInstead({ lines }: ObservedRun): boolean {
  return lines.some(({ type }) => type === 'full-chosen');
}

/** Codes of the warnings that it printed. */
export function warningsOf({ lines }: ObservedRun): readonly string[] {
  return lines.flatMap(({ type, code }) => (type === 'warning' ? String(code) : []));
}

export function wasKilled({ exitCode }: ObservedRun): boolean {
  return exitCode === null;
}
