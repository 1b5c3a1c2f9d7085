import { AdcsBackupError } from '@adcs-backup/core';
import { cleanCause, plainText } from './cause.ts';
import { type Meaning, meaningOfAnswer } from './meanings.ts';
import { meaningOfConnection } from './network-meanings.ts';

/** What an error of the SDK means to the caller; errors that already say so are kept. */
export function s3Error(action: string, error: unknown): AdcsBackupError {
  if (AdcsBackupError.is(error)) return error;
  const meaning = wrongPlace(error) ?? meaningOf(error);
  return new AdcsBackupError(meaning?.code ?? 'sink-failed', `${action}: ${textOf(error)}`, {
    cause: cleanCause(error),
    ...(meaning === undefined ? {} : { hint: meaning.hint, retryable: meaning.retryable ?? false }),
  });
}

/** The code that the server answered with, or the error's name. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

export function statusOf(error: unknown): number | undefined {
  const metadata: unknown = field(error, '$metadata');
  const status: unknown = field(metadata, 'httpStatusCode') ?? field(field(error, '$response'), 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

function meaningOf(error: unknown): Meaning | undefined {
  for (let each = error; each instanceof Error; each = underneath(each)) {
    const code = field(each, 'code');
    const found =
      meaningOfConnection(typeof code === 'string' ? code : '', each.name) ??
      meaningOfAnswer(each.name, statusOf(each));
    if (found !== undefined) return found;
  }
  if (error instanceof Error && /^Region is missing/.test(error.message)) {
    return { code: 'invalid-location', hint: 'Add ?region=… to the URL, or set AWS_REGION.' };
  }
  return undefined;
}

/** The bucket is in another region than was asked. */
function wrongPlace(error: unknown): Meaning | undefined {
  const headers = field(field(error, '$response'), 'headers');
  const region = field(headers, 'x-amz-bucket-region') ?? field(error, 'Region');
  const name = nameOf(error);
  const isElsewhere =
    [301, 307].includes(statusOf(error) ?? 0) ||
    ['PermanentRedirect', 'IllegalLocationConstraintException'].includes(name) ||
    (name === 'AuthorizationHeaderMalformed' && typeof region === 'string');
  if (!isElsewhere) return undefined;
  const hint =
    typeof region === 'string' && /^[a-z0-9-]+$/.test(region)
      ? `The bucket is in region ${region}: write region=${region} into the URL.`
      : 'The bucket is in another region or at another endpoint: correct region or endpoint in the URL.';
  return { code: 'invalid-location', hint };
}

function textOf(error: unknown): string {
  const message = plainText(error instanceof Error ? error.message : String(error));
  const name = plainText(nameOf(error));
  if (error instanceof AggregateError && message === '') return textOf(error.errors[0]);
  const status = statusOf(error);
  // The SDK's own words for an answer that it can't read.
  if (status !== undefined && (message === '' || message === 'UnknownError' || !isAnswer(error))) {
    return `the server answered ${status}${name === 'Error' || name === 'Unknown' ? '' : ` ${name}`}`;
  }
  return isAnswer(error) ? `${name}: ${message}` : message;
}

function isAnswer(error: unknown): boolean {
  return field(error, '$fault') !== undefined;
}

function underneath(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : error.cause;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
