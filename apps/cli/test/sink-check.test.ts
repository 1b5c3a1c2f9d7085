import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder } from './place.ts';
import { cli, jsonLines, resultOf, startCli, untilPrinted } from './run-cli.ts';

/** `text` with everything that differs from run to run replaced by a word. */
function normalised(text: string, folder: string): string {
  return text
    .replaceAll(folder, '/tmp/sink')
    .replaceAll(/conformance-[0-9a-f]{16}\/(?:[0-9a-f]{8}\/)?/g, 'conformance-HEX/')
    .replaceAll(/\d+\.\d s/g, 'DURATION');
}

/** A folder with an object of a set in it. */
async function newSink(): Promise<string> {
  const folder = await newFolder();
  await mkdir(join(folder, 'sets'));
  await writeFile(join(folder, 'sets', 'mine'), 'a set');
  return folder;
}

describe('sink check', () => {
  it('tries the promises that depend on the place, and leaves nothing', async () => {
    const folder = await newSink();
    const { exitCode, stdout, stderr } = await cli(['sink', 'check', folder]);
    expect(normalised(stdout, folder)).toMatchInlineSnapshot(`
      "round trip        5 kept
      sizes             4 kept
      write-once        6 kept
      read after write  5 kept
      ranges            6 kept
      listing           8 kept
      keys              6 kept
      deleting          6 kept
      retention         1 kept, 3 not tried: the sink does not support retention
      versions          9 not tried: the sink does not support versions
      settings          4 kept, 1 not tried: only tests of its program can try it

      clock             agrees with this computer's
      left behind       nothing

      Every promise that was tried is kept: 51.
      Not tried without --all: body, atomicity, maxBytes, listing (1 of 9), keys (1 of 7), cancelling, errors, disposal, secrets, capabilities, pacing.
      "
    `);
    expect(normalised(stderr, folder)).toBe('/tmp/sink: 64 promises to try, all below conformance-HEX/\n');
    expect(exitCode).toBe(0);
    expect(await readdir(folder, { recursive: true })).toEqual(['sets', 'sets/mine']);
  });

  it('tries all with --all, and tells each one with --json', async () => {
    const folder = await newSink();
    const { exitCode, stdout } = await cli(['sink', 'check', folder, '--all', '--json']);
    const lines = jsonLines(stdout);
    const tried = lines.filter(({ type }) => type === 'promise-tried');
    expect(tried.length).toBeGreaterThan(100);
    expect(tried.filter(({ result }) => result === 'broken')).toEqual([]);
    expect(lines.at(-2)).toMatchObject({
      type: 'sink-checked',
      location: folder,
      broken: 0,
      kept: tried.filter(({ result }) => result === 'kept').length,
      skipped: tried.filter(({ result }) => result === 'skipped').length,
      notTried: [],
      canDelete: true,
      leftObjects: 0,
      leftBytes: 0,
    });
    expect(lines.at(-1)).toMatchObject({ type: 'run-ended', command: 'sink check', exitCode: 0 });
    expect(exitCode).toBe(0);
    expect(await readdir(folder, { recursive: true })).toEqual(['sets', 'sets/mine']);
  });

  it('tells of each broken promise what was found, and what that means for backups', async () => {
    const folder = await newSink();
    const { exitCode, stdout, stderr } = await cli(['sink', 'check', `faulty://${folder}?puts=replace`]);
    expect(normalised(stdout, folder)).toMatchInlineSnapshot(`
      "round trip        5 kept
      sizes             4 kept
      write-once        6 BROKEN
        BROKEN: refuses a second put, and keeps the first object
          a call that must fail with object-exists was not rejected
        BROKEN: refuses the same bytes as well
          a call that must fail with object-exists was not rejected
        BROKEN: refuses to replace an empty object
          a call that must fail with object-exists was not rejected
        BROKEN: refuses to replace what another sink on the same place stored
          a call that must fail with object-exists was not rejected
        BROKEN: lets one of eight racing puts win
          8 of 8 puts of one key won
          8 !== 1
        BROKEN: lets one of eight racing sinks win
          8 of 8 puts of one key won
          8 !== 1
        What that means: A second run, or another computer, can replace what a set is made of: sets would be destroyed unseen. Do not store sets there. S3-compatible servers need to honour If-None-Match.
      read after write  5 kept
      ranges            6 kept
      listing           8 kept
      keys              6 kept
      deleting          6 kept
      retention         1 kept, 3 not tried: the sink does not support retention
      versions          9 not tried: the sink does not support versions
      settings          4 kept, 1 not tried: only tests of its program can try it

      clock             agrees with this computer's
      left behind       nothing
      "
    `);
    expect(normalised(stderr, folder)).toMatchInlineSnapshot(`
      "/tmp/sink: 64 promises to try, all below conformance-HEX/
      error: /tmp/sink breaks 6 promises of a sink: write-once
      hint:  Store no sets there, or not there alone, until that is mended. What it means for backups is said beside each group.
      "
    `);
    expect(exitCode).toBe(14);
    expect(await readdir(folder, { recursive: true })).toEqual(['sets', 'sets/mine']);
  });

  it('leaves and names what may not be deleted, which is no fault', async () => {
    const folder = await newFolder();
    const { exitCode, stdout } = await cli(['sink', 'check', `faulty://${folder}?method=delete&code=sink-denied`]);
    expect(stdout).toMatch(/^deleting +1 kept, 5 not tried: the credentials may not delete$/m);
    const [, count, prefix] =
      /^left behind +(\d+) objects (conformance-[0-9a-f]{16}\/)\* \(\d.*\): these credentials may not delete/m.exec(
        stdout,
      ) ?? [];
    expect(await readdir(folder)).toEqual([prefix?.slice(0, -1)]);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    expect(files).toHaveLength(Number(count));
    expect(exitCode).toBe(0);
  });

  it('warns of a clock that is off and of a rule that would delete sets, and shows the other settings', async () => {
    const folder = await newFolder();
    const where = `faulty://${folder}?ahead=600000&settings=rule`;
    const { exitCode, stdout, stderr } = await cli(['sink', 'check', where]);
    expect(stdout).toMatch(/^clock +10 min 0 s ahead of this computer's$/m);
    expect(stderr).toContain('warning: the clock of the sink and that of this computer differ by 10 min 0 s\n');
    expect(stdout).toMatch(/^versioning +off: replaced objects are gone$/m);
    expect(stdout).toMatch(/^lifecycle +unknown: this account may not look$/m);
    expect(stdout).toMatch(/^lifecycle +on: rule "old" deletes after 30 days WARNING$/m);
    expect(stderr).toContain(
      'warning: lifecycle: rule "old" deletes after 30 days\n' +
        'hint:  Sets that newer ones build on would be deleted: take the rule away.\n',
    );
    expect(exitCode).toBe(3);
  });
});

describe('sink check on a place that can not be used', () => {
  it.each([
    ['method=put&code=sink-denied', 'sink-denied', 13],
    ['method=list&code=sink-denied', 'sink-denied', 13],
    ['method=get&code=sink-denied', 'sink-denied', 13],
    ['method=put&code=sink-full', 'sink-full', 13],
    ['method=put&code=sink-unreachable&retryable=1', 'sink-unreachable', 12],
  ])('ends with the first refusal, tries no promise and leaves nothing: %s', async (query, code, wanted) => {
    const folder = await newFolder();
    const { exitCode, stdout, stderr } = await cli(['sink', 'check', `faulty://${folder}?${query}`, '--json']);
    const types = jsonLines(stdout).map(({ type }) => type);
    expect(types.filter((type) => type !== 'warning')).toEqual(['error', 'run-ended']);
    expect(stderr).toContain(`error: the sink failed with ${code}`);
    expect(exitCode).toBe(wanted);
    const isListed = !query.startsWith('method=list');
    expect(await readdir(folder)).toEqual(isListed ? [] : [expect.stringMatching(/^conformance-/)]);
    if (!isListed) expect(stderr).toMatch(/^warning: objects conformance-\S+\* may be left in /m);
  });

  it.runIf(process.platform === 'linux')('says that a folder is read-only', async () => {
    // Nobody, root neither, may write there.
    const { exitCode, stderr } = await cli(['sink', 'check', '/proc/self']);
    expect(stderr).toMatch(/^error: can't store object conformance-/m);
    expect([12, 13]).toContain(exitCode);
  });

  it('stops where the line breaks, says where, and cleans up', async () => {
    const folder = await newSink();
    const where = `faulty://${folder}?method=put&key=raced&code=sink-unreachable&retryable=1`;
    const { exitCode, stdout, stderr } = await cli(['sink', 'check', where]);
    expect(stdout).toContain('write-once        4 kept\n');
    expect(stdout).not.toContain('BROKEN');
    expect(stderr).toContain(
      'stopped when it was tried whether the sink lets one of eight racing puts win (write-once)\n',
    );
    expect(stderr).toContain('nothing is left behind\nerror: the sink failed with sink-unreachable\n');
    expect(exitCode).toBe(12);
    expect(await readdir(folder, { recursive: true })).toEqual(['sets', 'sets/mine']);
  });

  it('tries again for --retry-for', async () => {
    const folder = await newFolder();
    const where = `faulty://${folder}?method=put&key=probe&code=sink-unreachable&retryable=1&times=1`;
    const { exitCode, stderr } = await cli(['sink', 'check', where, '--retry-for', '10s']);
    expect(stderr).toContain('the sink failed with sink-unreachable; again in ');
    expect(exitCode).toBe(0);
  });

  it('names a folder that is not there', async () => {
    const folder = join(await newFolder(), 'none');
    const { exitCode, stderr } = await cli(['sink', 'check', folder]);
    expect(stderr).toContain(`error: folder ${folder} isn't there\n`);
    expect(exitCode).toBe(2);
    await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe.runIf(process.platform !== 'win32')('Ctrl-C during a sink check', () => {
  it('ends the call that hangs, and cleans up', async () => {
    const folder = await newSink();
    const child = startCli([
      'sink',
      'check',
      `faulty://${folder}?method=get&key=raced&kind=hang`,
      '--verbose',
      '--json',
    ]);
    const result = resultOf(child);
    await untilPrinted(child, 'write-once: refuses to replace what another sink on the same place stored: kept');
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await result;
    expect(stderr).toContain('\nnothing is left behind\n');
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'run-ended', exitCode: 130 });
    expect(exitCode).toBe(130);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    expect(files.map(({ name }) => name)).toEqual(['mine']);
  });
});
