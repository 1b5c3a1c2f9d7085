import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { identitiesOf } from '../src/identities.ts';
import { parseIdentities } from '../src/identities-file.ts';
import { readSecretFile } from '../src/read-key-file.ts';
import { recipientsOf } from '../src/recipients.ts';
import { parseRecipients } from '../src/recipients-file.ts';
import { writeSecretFile } from '../src/write-key-file.ts';
import { ageFileOf } from './age-file.ts';
import { reasonToSkip, run } from './commands.ts';
import { newFolder } from './temp-folder.ts';

const reason = reasonToSkip('age');
const content = randomBytes(1000);

describe.skipIf(reason !== '')(`the age command${reason}`, () => {
  test('opens what is encrypted here, with keys that are made here', async () => {
    const folder = await newFolder();
    const [first, second] = [await generateIdentity(), await generateIdentity()];
    const { newFileKey } = await recipientsOf([first.recipient, second.recipient]);
    const file = ageFileOf(await newFileKey(), content);
    for (const [name, identity] of [first, second].entries()) {
      const path = join(folder, `${name}.key`);
      await writeSecretFile(path, identity.file);
      expect(run('age', ['--decrypt', '-i', path], file)).toEqual(content);
      expect(run('age-keygen', ['-y', path]).toString().trim()).toBe(identity.recipient);
    }
  });

  test('makes keys and files that are opened here', async () => {
    const folder = await newFolder();
    const path = join(folder, 'key.txt');
    run('age-keygen', ['-o', path]);
    const text = await readSecretFile(path);
    const recipients = join(folder, 'recipients.txt');
    await writeFile(recipients, `# me\n${run('age-keygen', ['-y', path]).toString()}`);
    expect(text).toContain(parseRecipients(await readFile(recipients, 'utf8'), recipients)[0]);
    const file = run('age', ['--encrypt', '-R', recipients], content);
    const header = file.subarray(0, file.indexOf('\n', file.indexOf('\n--- ') + 1) + 1);
    expect(await identitiesOf(parseIdentities(text, path)).fileKeyOf(header)).toHaveLength(16);
  });
});
