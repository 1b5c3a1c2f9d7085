import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Values of flags, checked where commander can name the flag. */

/** `parse`, whose RangeErrors become errors about the flag. */
export function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof RangeError ? new InvalidArgumentError(`${error.message}.`) : error;
    }
  };
}

/** Collects a flag that may be given several times. */
export function collected(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), text];
}

/** A label, or what somebody took for one. */
export function labelArgument(text: string): string {
  if (!/^[\d.]+%$/.test(text)) return text;
  throw new InvalidArgumentError(`that is a percentage: write --read-data=${text}.`);
}
