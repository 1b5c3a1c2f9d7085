import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newKeys, newSets } from './key-place.ts';
import { newFilledPlace, newFolder } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('--trust', () => {
  it('remembers the newest set, and then says that the sink was not set back', async () => {
    const { sink, older, folder, keys } = await newSets();
    const trust = join(folder, 'ca01.trust');
    const flags = ['--signed-by', keys.publicKey, '--trust', trust];
    const first = await cli(['verify', older, ...flags]);
    expect(first.stdout).toMatch(/^test-ca-1fe373 is seen for the first time, .* the newest is number 1, \S+-full$/m);
    expect(first.stdout).not.toContain('not checked');
    expect(first.exitCode).toBe(0);
    const grown = await cli(['verify', sink, 'latest', ...flags]);
    expect(grown.stdout).toMatch(/^test-ca-1fe373 was not set back: the newest set ever seen of it is number 2, /m);
    expect(grown.exitCode).toBe(0);
    expect(JSON.parse(await readFile(trust, 'utf8'))).toMatchObject({
      format: 1,
      cas: [{ caId: 'test-ca-1fe373', number: 2, publicKeys: [keys.publicKey] }],
    });
    expect((await readdir(folder)).filter((name) => name.includes('trust'))).toEqual(['ca01.trust']);
  });

  it('names a sink that shows an older state, of all sets or one, and does not forget', async () => {
    const { sink, older, folder, keys } = await newSets();
    const trust = join(folder, 'ca01.trust');
    expect(await cli(['verify', sink, '--trust', trust])).toMatchObject({ exitCode: 0 });
    const remembered = await readFile(trust, 'utf8');
    const empty = await newFolder();
    const commands = [
      ['verify', older],
      ['verify', older, 'latest'],
      ['verify', empty],
      ['restore', older, 'latest', '--to', join(folder, 'restored'), '--identity', keys.identity],
    ];
    for (const command of commands) {
      const { exitCode, stdout, stderr } = await cli([...command, '--trust', trust, '--json']);
      const lines = jsonLines(stdout);
      expect(lines).toContainEqual(expect.objectContaining({ type: 'finding', code: 'rolled-back' }));
      expect(lines).toContainEqual(expect.objectContaining({ type: 'error', code: 'rolled-back' }));
      expect(stderr).toMatch(/^error: test-ca-1fe373 was set back: \S+, number 2, was there on /m);
      expect(exitCode).toBe(14);
    }
    expect(await readFile(trust, 'utf8')).toBe(remembered);
    await expect(stat(join(folder, 'restored'))).rejects.toThrow('ENOENT');
  });

  it('is looked at and not written by a restore', async () => {
    const { sink, older, folder, keys } = await newSets();
    const trust = join(folder, 'ca01.trust');
    const restore = ['restore', sink, 'latest', '--identity', keys.identity, '--trust', trust];
    const missing = await cli([...restore, '--to', join(folder, 'one')]);
    expect(missing.stderr).toContain(`error: the trust file ${trust} is not there\n`);
    expect(missing.exitCode).toBe(2);
    expect(await cli(['verify', older, '--trust', trust])).toMatchObject({ exitCode: 0 });
    const remembered = await readFile(trust, 'utf8');
    const { exitCode, stdout } = await cli([...restore, '--to', join(folder, 'one')]);
    expect(stdout).toMatch(/^ {2}fresh +test-ca-1fe373 was not set back: /m);
    expect(exitCode).toBe(0);
    expect(await readFile(trust, 'utf8')).toBe(remembered);
  });

  it('counts the CAs that are gone', async () => {
    const folder = await newFolder();
    const trust = join(folder, 'both.trust');
    const set = { label: '20261121T180316Z-full', chain: '20261121T180316Z', number: 7, sha256: 'a'.repeat(64) };
    const cas = ['ca-one-000000', 'ca-two-000000'].map((caId) => ({
      caId,
      ...set,
      seenAt: '2026-11-22T00:00:00.000Z',
    }));
    await writeFile(trust, JSON.stringify({ format: 1, cas }));
    const { exitCode, stderr } = await cli(['verify', await newFolder(), '--trust', trust]);
    expect(stderr).toMatch(/^error: ca-one-000000 was set back: .*; and 1 more$/m);
    expect(exitCode).toBe(14);
  });

  it('has nothing to remember of a CA of which no set counts', async () => {
    const { sink, folder } = await newFilledPlace();
    const { publicKey } = await newKeys();
    const trust = join(folder, 'ca01.trust');
    const { exitCode, stdout } = await cli(['verify', sink, '--signed-by', publicKey, '--trust', trust]);
    expect(stdout).toContain('test-ca-1fe373 has no set that counts');
    expect(exitCode).toBe(14);
    await expect(stat(trust)).rejects.toThrow('ENOENT');
  });

  it('is refused where it is no such file, or can not be one, and what is there stays', async () => {
    const { sink, folder } = await newFilledPlace();
    const letter = join(folder, 'letter.txt');
    await writeFile(letter, 'Dear all');
    await mkdir(join(folder, 'place'));
    for (const [path, fault] of [
      [letter, "the trust file can't be read"],
      [join(folder, 'place'), "can't be read"],
      [join(folder, 'missing', 'ca01.trust'), "can't be written"],
    ] as const) {
      const { exitCode, stderr } = await cli(['verify', sink, '--trust', path]);
      expect(stderr).toContain(fault);
      expect(exitCode).toBe(2);
    }
    expect(await readFile(letter, 'utf8')).toBe('Dear all');
  });

  it('can stand in the environment and the configuration file, and knows only the CA of --ca', async () => {
    const { sink, folder } = await newFilledPlace();
    const config = join(folder, 'config.json');
    const [one, two] = [join(folder, 'one.trust'), join(folder, 'two.trust')];
    await writeFile(config, JSON.stringify({ trust: one }));
    const { stdout } = await cli(['verify', sink, '--config', config, '--json']);
    expect(jsonLines(stdout)).toContainEqual(
      expect.objectContaining({ type: 'freshness-checked', caId: 'test-ca-1fe373', result: 'first-seen', number: 1 }),
    );
    const named = await cli(['verify', sink, '--ca', 'Test CA'], { env: { ADCS_BACKUP_TRUST: two } });
    expect(named.stdout).toContain('test-ca-1fe373 is seen for the first time');
    const other = await cli(['verify', sink, '--ca', 'Other CA', '--trust', two]);
    expect(other.stderr).toContain('there is no set of the CA Other CA');
  });
});
