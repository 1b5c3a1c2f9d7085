import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, testCa } from '../arrange.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/store-format.md'), 'utf8');

/** The lines of an example in store-format.md. */
function exampleOf(name: string): string {
  return page.split(`<!-- example: ${name} -->\n\`\`\`\n`)[1]?.split('\n```')[0] ?? `no example ${name}`;
}

/** JSON with a line for each field, and the width of a page. */
function jsonLines(value: object | undefined): string {
  const fields = Object.entries(value ?? {}).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `"${name}": ${JSON.stringify(field)}`).join(',\n')}}`;
}

/** As xxd prints it. */
function hexdump(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const lines: string[] = [];
  for (let at = from; at < to; at += 16) {
    const line = Buffer.from(bytes.subarray(at, Math.min(at + 16, to)));
    const hex = (line.toString('hex').match(/.{1,4}/g) ?? []).join(' ').padEnd(39);
    const ascii = [...line].map((byte) => (byte < 32 || byte > 126 ? '.' : String.fromCharCode(byte))).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}: ${hex}  ${ascii}`);
  }
  return lines.join('\n');
}

test('the example in store-format.md is what is stored', async () => {
  const stored = new MemorySink();
  const database = Buffer.concat([Buffer.alloc(65_536, 'A'), Buffer.alloc(65_536), Buffer.from('the end\n')]);
  const { result } = await backUp(stored, {
    databases: { 'Test CA.edb': database },
    logs: { 'edb00001.log': Buffer.from('raw\n') },
  });
  const object = (name: string): Uint8Array =>
    stored.objects.get(`data/test-ca-1fe373/20261121T180316Z/20261121T180316Z-full/${name}`)?.bytes ?? new Uint8Array();
  expect(hexdump(object('pack-00001'))).toBe(exampleOf('pack'));
  expect(hexdump(object('map-00001'), 0, 64)).toBe(exampleOf('map 0-63'));
  expect(hexdump(object('map-00001'), 480)).toBe(exampleOf('map 480-672'));
  const files = result.manifest?.files ?? [];
  expect(files.map(({ treeDigest, name }) => `${treeDigest}  ${name}`).join('\n')).toBe(exampleOf('tree digests'));
  const [, log] = files;
  expect(jsonLines({ ...log, extents: undefined })).toBe(exampleOf('suspect log'));
  const { checks, sound, findings } = result.manifest ?? {};
  expect(jsonLines({ checks, sound, findings })).toBe(exampleOf('checks'));
});

test('the facts in store-format.md are what a manifest keeps of a database and its log', async () => {
  const database = validDatabase({ seeds: [1], genLow: 2, markGeneration: 2, previousMarkGeneration: 1 });
  const { result } = await backUp(
    new MemorySink(),
    testCa({ databases: { 'Test CA.edb': database }, logs: validLogs({ first: 2, last: 2 }) }),
  );
  expect(result.manifest?.sound).toBe(true);
  const [{ database: databaseFacts } = {}, { log } = {}] = result.manifest?.files ?? [];
  expect(jsonLines(databaseFacts)).toBe(exampleOf('database facts'));
  expect(jsonLines(log)).toBe(exampleOf('log facts'));
});
