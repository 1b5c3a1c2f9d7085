import { hash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOf, digestsOf, filesIn, flagsOf, type GoldenCopy, isEncrypted, type Kind, kinds } from './golden.ts';
import { newFolder } from './place.ts';
import { type CliResult, cli } from './run-cli.ts';

async function restore(copy: GoldenCopy, label: string, flags: readonly string[] = flagsOf(copy)) {
  const to = join(await newFolder(), 'restored');
  return { to, ...(await cli(['restore', copy.sink, label, '--to', to, ...flags])) };
}

async function verify(copy: GoldenCopy, flags: readonly string[] = flagsOf(copy)): Promise<CliResult> {
  return await cli(['verify', copy.sink, '--read-data', ...flags]);
}

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, bytes);
}

/** SHA-256 over key and SHA-256 of every object: what is stored once is never changed. */
const stored: Readonly<Record<Kind, string>> = {
  plain: '633c691fd345cb996d0fcf44b2bb2d20810076dc7e069f0b47e7de88f71b6170',
  encrypted: '9257d76048c42d45aa8c8522f181413cd2436d31ad70b5fa7d652e0320a2d7ee',
  signed: '0e3974b867d2b2070374ca918dd2f9a1f2300d5030adc6ca12fb9c7348398780',
  both: '0639cfd2a0a94613ec31db52546299c920868f8ea15fb5596422c69c02730cf4',
};

describe.each(kinds)('the golden repository "%s" of format 1', (kind) => {
  it('is as it was stored', async () => {
    const { sink } = await copyOf(kind);
    expect(hash('sha256', JSON.stringify(digestsOf(sink)))).toBe(stored[kind]);
  });

  it.each([1, 2, 3, 4, 5, 6])('gives back every byte that the CA had handed out: set %d of 6', async (number) => {
    const copy = await copyOf(kind);
    expect(copy.sets).toHaveLength(6);
    const { label, files } = copy.sets[number - 1] ?? { label: '' };
    const { to, exitCode, stderr } = await restore(copy, label);
    expect({ exitCode, files: digestsOf(to) }, stderr).toEqual({ exitCode: 0, files });
  });

  it('is intact, to its last block', async () => {
    const { exitCode, stdout } = await verify(await copyOf(kind));
    expect(exitCode).toBe(0);
    expect(stdout.match(/ intact[,;]/g)).toHaveLength(6);
  });

  it('has a run that sealed no set, and a set that builds on it', async () => {
    const { sink, sets } = await copyOf(kind);
    const objects = filesIn(sink);
    const begun = objects.flatMap((key) => /([^/]+)\/begin\.json$/.exec(key)?.[1] ?? []);
    const [interrupted = '', ...others] = begun.filter((label) => !sets.some((set) => set.label === label));
    expect(others).toEqual([]);
    const next = objects.find((key) => key.endsWith(`${sets[2]?.label}.json`)) ?? '';
    expect(await readFile(join(sink, next), 'utf8')).toContain(`/${interrupted}/pack-00001"`);
  });
});

describe.each(kinds.filter(isEncrypted))('the golden repository "%s", which is encrypted,', (kind) => {
  it('is opened by the second recipient, too', async () => {
    const copy = await copyOf(kind, 'second');
    const [{ label, files } = { label: '', files: {} }] = copy.sets;
    const { to, exitCode } = await restore(copy, label);
    expect({ exitCode, files: digestsOf(to) }).toEqual({ exitCode: 0, files });
  });

  it('is opened by nobody else', async () => {
    const copy = await copyOf(kind);
    const { to, exitCode, stderr } = await restore(copy, 'latest', ['--identity', copy.strangeIdentity]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('for none of the recipients'),
    });
    expect(await readdir(to).catch(() => [])).toEqual([]);
  });
});

describe.each(['plain', 'signed', 'both'] as const)('the golden repository "%s"', (kind) => {
  it('is refused where another key is trusted', async () => {
    const copy = await copyOf(kind);
    const flags = flagsOf({ ...copy, publicKey: copy.strangePublicKey });
    const { to, exitCode, stderr } = await restore(copy, copy.sets[0]?.label ?? '', flags);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 14, stderr: expect.stringContaining('-full.json') });
    expect(await readdir(to).catch(() => [])).toEqual([]);
  });
});

describe('a flipped byte in the golden repository "both"', () => {
  it.each([
    '-full.json',
    '-full.json.minisig',
    '-full.outcome.json',
    '-full.outcome.json.minisig',
    'begin.json',
    'begin.json.minisig',
    'map-00001',
    'map-00001.minisig',
    'pack-00001',
  ])('is found by verify, and its object named: %s', async (ending) => {
    const copy = await copyOf('both');
    const { label = '' } = copy.sets[0] ?? {};
    const key = filesIn(copy.sink).find((name) => name.includes(label) && name.endsWith(ending)) ?? '';
    await flip(join(copy.sink, key));
    const { exitCode, stdout } = await verify(copy);
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 14,
      stdout: expect.stringContaining(key.replace('.minisig', '')),
    });
  });
});
