import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sinkPlugin as faultyPlugin } from 'adcs-backup-sink-faulty';
import { sinkPlugin as oldPlugin } from 'adcs-backup-sink-old';
import { describe, expect, it } from 'vitest';
import { sinkLocation } from '../src/sinks/location.ts';
import { newFilledPlace, newFolder } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('where a sink lies', () => {
  it('is told by a path, relative ones included, or a file: URL', async () => {
    const { folder, sink } = await newFilledPlace();
    for (const where of [sink, pathToFileURL(sink).href, './sink', 'sink']) {
      const { exitCode, stdout } = await cli(['list', where, '--json'], { cwd: folder });
      expect(exitCode, where).toBe(0);
      expect(jsonLines(stdout), where).toMatchObject([{ type: 'set-listed' }, { type: 'run-ended' }]);
    }
  });

  it('takes a single letter before a colon for a drive, not a scheme', () => {
    expect(sinkLocation('D:\\Backups')).toEqual({ kind: 'path', path: 'D:\\Backups' });
    expect(sinkLocation('\\\\nas\\share\\ca')).toEqual({ kind: 'path', path: '\\\\nas\\share\\ca' });
  });

  it.each([
    ['s3://AKIAUSER:canary-secret@bucket/prefix', 'a user or password'],
    ['s3://canary-secret@bucket', 'a user or password'],
    ['azblob://account/container?sig=canary-secret', 'the parameter sig'],
    ['s3://bucket?secretAccessKey=canary-secret', 'the parameter secretAccessKey'],
    ['gs://bucket?access_token=canary-secret', 'the parameter access_token'],
  ])('refuses the credentials in %s, prints none, and says where they belong', async (where, what) => {
    const log = join(await newFolder(), 'log.txt');
    const { exitCode, stdout, stderr } = await cli(['list', where, '--json', '--verbose', '--log-file', log]);
    expect(stderr).toContain(`URL of the sink carries ${what}`);
    expect(stderr).toContain('environment variables');
    expect(`${stdout}${stderr}`).not.toContain('canary-secret');
    expect(exitCode).toBe(2);
  });

  it('prints nothing of the environment, however much it tells', async () => {
    const folder = await newFolder();
    const log = join(folder, 'log.txt');
    const env = { AWS_SECRET_ACCESS_KEY: 'canary-secret', AZURE_CLIENT_SECRET: 'canary-secret' };
    const args = ['list', `faulty://${folder}?method=list&code=sink-denied`, '--verbose', '--json', '--log-file', log];
    const { stdout, stderr } = await cli(args, { env });
    expect(stderr).toContain('the innermost reason');
    expect(`${stdout}${stderr}${await readFile(log, 'utf8')}`).not.toContain('canary');
  });

  it('lets a package have users, but no passwords', () => {
    expect(sinkLocation('sftp://backup@nas/ca')).toMatchObject({ kind: 'url', scheme: 'sftp' });
    expect(() => sinkLocation('sftp://backup:canary-secret@nas/ca')).toThrow('carries a user or password');
    expect(() => sinkLocation('sftp://:canary-secret@nas/ca')).toThrow('carries a user or password');
  });

  it('repeats nothing of a malformed URL', async () => {
    const { exitCode, stderr } = await cli(['list', 's3://user:canary-secret@:bad:host']);
    expect(stderr).toContain('the s3: URL of the sink is malformed');
    expect(stderr).not.toContain('canary-secret');
    expect(exitCode).toBe(2);
  });
});

describe('sinks from packages', () => {
  it('are found by the name adcs-backup-sink-<scheme>', async () => {
    const { sink } = await newFilledPlace();
    for (const scheme of faultyPlugin.schemes) {
      expect(await cli(['list', `${scheme}://${sink}`])).toMatchObject({ exitCode: 0 });
    }
  });

  it('are found by --sink-package, which other packages may precede', async () => {
    const { sink } = await newFilledPlace();
    const packages = ['--sink-package', 'adcs-backup-sink-faulty', '--sink-package', 'adcs-backup-sink-faulty'];
    expect(await cli(['list', `faulty://${sink}`, ...packages])).toMatchObject({ exitCode: 0 });
  });

  it.each([
    [
      ['gs://bucket'],
      'no sink for gs: URLs; package adcs-backup-sink-gs is not installed',
      'Known: file, s3, azblob. Another package is named with --sink-package.',
    ],
    [
      ['fil:///x'],
      'no sink for fil: URLs; package adcs-backup-sink-fil is not installed',
      'Did you mean file? Known: file, s3, azblob. Another package is named with --sink-package.',
    ],
    [
      ['gs://x', '--sink-package', 'adcs-backup-sink-gs'],
      'sink package adcs-backup-sink-gs is not installed beside adcs-backup',
      'Install it where adcs-backup is installed: npm install --global adcs-backup-sink-gs.',
    ],
    [
      ['gs://x', '--sink-package', './evil.js'],
      '"./evil.js" is not the name of an npm package',
      'Name an installed package, for example adcs-backup-sink-gs; paths and URLs are not taken.',
    ],
    [
      ['old://x'],
      `sink package adcs-backup-sink-old speaks sink API ${oldPlugin.sinkApi}; this version needs sink API 1`,
      'Install a version of the package that fits this version of adcs-backup.',
    ],
    [
      ['gs://x', '--sink-package', 'commander'],
      'sink package commander exports no sinkPlugin; this version needs sink API 1',
      'Install a version of the package that fits this version of adcs-backup.',
    ],
  ])('%j is refused with the name that was tried', async (args, message, hint) => {
    const { exitCode, stderr } = await cli(['list', ...args]);
    expect(stderr).toBe(`error: ${message}\nhint:  ${hint}\n`);
    expect(exitCode).toBe(2);
  });

  it('are named among the known ones when they open another scheme', async () => {
    const { exitCode, stderr } = await cli(['list', 'gs://x', '--sink-package', '@adcs-backup/sink-disk']);
    expect(stderr).toContain('no sink for gs: URLs');
    expect(exitCode).toBe(2);
  });

  it.each([
    ['throws', "sink package adcs-backup-sink-old can't be loaded: half installed"],
    ['bare', 'the sinkPlugin of package adcs-backup-sink-old lacks schemes or open'],
    ['elsewhere', 'package adcs-backup-sink-old opens other, not old'],
  ])('are refused when they are at fault: %s', async (fault, message) => {
    const { exitCode, stderr } = await cli(['list', 'old://x'], { env: { SINK_OLD_FAULT: fault } });
    expect(stderr).toMatch(`error: ${message}\n`);
    expect(exitCode).toBe(2);
  });

  it('that fail to close after a failure are told of, behind the failure', async () => {
    const { sink } = await newFilledPlace();
    const args = ['list', `faulty://${sink}?method=list&code=sink-denied&close=fails`];
    const { exitCode, stderr } = await cli(args);
    expect(stderr).toMatch(/^warning: the sink could not be closed: still in use\nerror: the sink failed with/);
    expect(exitCode).toBe(13);
  });

  it('are never taken from the current folder, nor from NODE_PATH', async () => {
    const folder = await newFolder();
    const planted = join(folder, 'node_modules', 'adcs-backup-sink-planted');
    await mkdir(planted, { recursive: true });
    await writeFile(join(planted, 'package.json'), '{ "name": "adcs-backup-sink-planted", "exports": "./index.cjs" }');
    await writeFile(join(planted, 'index.cjs'), 'console.log("planted code ran");');
    for (const extra of [[], ['--sink-package', 'adcs-backup-sink-planted']]) {
      const env = { NODE_PATH: join(folder, 'node_modules') };
      const { exitCode, stdout } = await cli(['list', 'planted://x', ...extra], { cwd: folder, env });
      expect(stdout).toBe('');
      expect(exitCode).toBe(2);
    }
  });
});

describe('a sink that fails for a while', () => {
  it('is tried again, and each time is told', async () => {
    const { sink } = await newFilledPlace();
    const where = `faulty://${sink}?method=list&code=sink-unreachable&retryable=1&times=2`;
    const { exitCode, stdout, stderr } = await cli(['list', where, '--json']);
    const lines = jsonLines(stdout);
    expect(lines.map((line) => line['type'])).toEqual(['sink-retried', 'sink-retried', 'set-listed', 'run-ended']);
    expect(lines[1]).toMatchObject({
      method: 'list',
      key: 'sets/',
      attempt: 2,
      message: 'the sink failed with sink-unreachable',
    });
    expect(stderr.match(/^\S+: the sink failed with sink-unreachable; again in \d+\.\d s$/gm)).toHaveLength(2);
    expect(exitCode).toBe(0);
  });

  it('is given up after --retry-for', async () => {
    const { sink } = await newFilledPlace();
    const where = `faulty://${sink}?method=list&code=sink-unreachable&retryable=1`;
    const { exitCode, stderr } = await cli(['list', where, '--retry-for', '50ms']);
    expect(stderr).toMatch(/^error: the sink failed with sink-unreachable \(given up after \d+ attempts?\)$/m);
    expect(exitCode).toBe(12);
  });

  it('shows the causes of its error with --verbose only', async () => {
    const { sink } = await newFilledPlace();
    const where = `faulty://${sink}?method=list&code=sink-denied`;
    expect((await cli(['list', where])).stderr).not.toContain('the innermost reason');
    expect((await cli(['list', where, '--verbose'])).stderr).toMatch(/^cause: Error: the innermost reason$/m);
    expect(jsonLines((await cli(['list', where, '--json'])).stdout)[0]).toMatchObject({
      type: 'error',
      code: 'sink-denied',
      causes: [expect.stringContaining('the innermost reason')],
    });
  });
});
