import { AdcsBackupError, type ErrorCode } from '@adcs-backup/core';

/** The error that something is refused with. @throws when it isn't refused, or by another code */
export async function refusal(attempt: () => unknown, code: ErrorCode = 'key-unusable'): Promise<AdcsBackupError> {
  try {
    await attempt();
  } catch (error) {
    if (AdcsBackupError.is(error, code)) return error;
    throw error;
  }
  throw new Error('not refused');
}

/** All that an error could show to people: its own text, its hint, those of its causes. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = AdcsBackupError.is(error) ? error.hint : '';
  return [error.message, hint, error.stack, everythingIn(error.cause)].join('\n');
}
