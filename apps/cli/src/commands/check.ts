import { AdcsBackupError, type ErrorCode } from '@adcs-backup/core';

/** One thing that doctor looked at. */
export type Check =
  | {
      readonly name: string;
      /** `unknown`: nobody may look. */
      readonly status: 'ok' | 'warning' | 'unknown' | 'not-applicable';
      readonly message: string;
      readonly hint?: string | undefined;
    }
  | {
      readonly name: string;
      readonly status: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    };

/** The check's answer, or its failure as an answer. */
export async function checked(name: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    if (!AdcsBackupError.is(error)) throw error;
    return failed(name, error);
  }
}

export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

export function failed(name: string, { code, message, hint }: Problem): Check {
  return { name, status: 'failed', code, message, hint };
}

export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message };
}

export function notApplicable(name: string, message: string, hint?: string): Check {
  return { name, status: 'not-applicable', message, hint };
}

/** It works, and there is something to look at. */
export function warning(name: string, message: string, hint: string): Check {
  return { name, status: 'warning', message, hint };
}
