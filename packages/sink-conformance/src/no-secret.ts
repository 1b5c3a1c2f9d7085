import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import type { CompleteSubject } from './subject.ts';

/** @throws AssertionError, which doesn't show it either, when a credential is found in what is shown */
export function assertNoSecret({ secrets: all }: CompleteSubject, shown: unknown, what: string): void {
  const text =
    typeof shown === 'string' ? shown : inspect(shown, { depth: 12, maxStringLength: null, maxArrayLength: null });
  for (const [index, secret] of all.entries()) {
    assert.ok(!formsOf(secret).some((form) => text.includes(form)), `${what}: shows secret number ${index + 1}`);
  }
}

/** As it is, in a URL, in base64. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(secret).slice(1, -1),
  ];
}
