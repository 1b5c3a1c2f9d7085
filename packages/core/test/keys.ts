import { randomBytes } from 'node:crypto';
import { AdcsBackupError } from '../src/errors.ts';
import type { PackIdentities, PackRecipients } from '../src/keys.ts';

/** Keys for tests of core: who has the name of a recipient can read what is for it. The headers are in age's form. */

const line = (name: string, fileKey: Uint8Array): string =>
  `-> test ${name} ${Buffer.from(fileKey).toString('hex')}\n\n`;

export function testRecipients(...names: readonly string[]): PackRecipients {
  return {
    names,
    newFileKey: async () => {
      const fileKey = randomBytes(16);
      const stanzas = names.map((name) => line(name, fileKey)).join('');
      return { fileKey, header: Buffer.from(`age-encryption.org/v1\n${stanzas}--- mac\n`) };
    },
  };
}

export function testIdentities(name: string): PackIdentities {
  return {
    fileKeyOf: async (header) => {
      const [, fileKey] = new RegExp(`^-> test ${name} (\\w+)$`, 'm').exec(Buffer.from(header).toString()) ?? [];
      if (fileKey === undefined) throw new AdcsBackupError('identity-missing', 'it is for others');
      return Buffer.from(fileKey, 'hex');
    },
  };
}
