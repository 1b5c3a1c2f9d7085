import { describe, expect, it } from 'vitest';
import { newFilledPlace, newPlace, normalised } from './place.ts';
import { type CliProcess, jsonLines, resultOf, startCli, untilPrinted } from './run-cli.ts';

const takingCoverage = ['--import', new URL('fixtures/take-coverage.ts', import.meta.url).href];

/** Signals are no way to stop a process on Windows. */
const onPosix = describe.runIf(process.platform !== 'win32');

/** Kills a process that outlives its test, and says how long the end took. */
async function endAfter(child: CliProcess, endSignal: NodeJS.Signals): Promise<number> {
  const sentAt = performance.now();
  child.kill(endSignal);
  await new Promise((resolve) => child.once('exit', resolve));
  return performance.now() - sentAt;
}

onPosix('a signal during a backup', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('%s ends the session, releases the library and seals nothing', async (endSignal, exitCode) => {
    const place = await newPlace();
    await place.ca.setFaults({ slowReadMs: 200 });
    const child = startCli([...place.backup, '--verbose', '--json']);
    const result = resultOf(child);
    await untilPrinted(child, 'Test CA.edb:');
    child.kill(endSignal);
    const { stdout, stderr, ...rest } = await result;
    expect(rest.exitCode, stderr).toBe(exitCode);
    expect(stderr).toContain(`${endSignal}: stopping in good order; a second one ends the process at once\n`);
    expect(stderr).toContain('no set was sealed; those before are as they were\n');
    const lines = jsonLines(stdout);
    expect(lines).toContainEqual(expect.objectContaining({ type: 'signal-received', signal: endSignal }));
    expect(lines.at(-1)).toMatchObject({ type: 'run-ended', exitCode });
    const report = await place.ca.report();
    expect(report.sessions).toEqual({ begun: 1, left: 0 });
    expect(report.unloads).toBe(1);
  });

  it('stops the wait for another backup', async () => {
    const place = await newPlace();
    const fail = Array.from({ length: 100 }, (_, index) => {
      return { call: 'CertSrvBackupPrepareW', nth: index + 1, hresult: 0xc80001f9 } as const;
    });
    await place.ca.setFaults({ fail });
    const child = startCli([...place.backup]);
    const result = resultOf(child);
    await untilPrinted(child, 'another backup of the CA is running: waiting');
    child.kill('SIGINT');
    expect(normalised((await result).stderr, place)).toMatchInlineSnapshot(`
      "another backup of the CA is running: waiting, DURATION of 2 min 0 s
      SIGINT: stopping in good order; a second one ends the process at once
      no set was sealed; those before are as they were
      "
    `);
    expect((await result).exitCode).toBe(130);
  });

  it('cancels a call to the sink', async () => {
    const { sink } = await newFilledPlace();
    const child = startCli(['list', `faulty://${sink}?method=list&kind=hang`]);
    const result = resultOf(child);
    await untilPrinted(child, 'this sink will hang');
    child.kill('SIGINT');
    expect((await result).exitCode).toBe(130);
  });
});

onPosix('a native call that hangs', () => {
  it('is left by a second Ctrl-C, at once', async () => {
    const place = await newPlace();
    await place.ca.setFaults({ hang: [{ call: 'CertSrvBackupRead', nth: 1 }] });
    const child = startCli([...place.backup, '--verbose', '--json'], { node: takingCoverage });
    const result = resultOf(child);
    await untilPrinted(child, 'Test CA.edb:');
    const first = untilPrinted(child, 'stopping in good order');
    child.kill('SIGINT');
    await first;
    expect(child.exitCode).toBeNull();
    expect(await endAfter(child, 'SIGINT')).toBeLessThan(1000);
    const { exitCode, stdout, stderr } = await result;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/\nSIGINT again: ended at once\n$/);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'run-ended', exitCode: 130 });
  });

  it('is ended by the watchdog after --stall-timeout, which says where', async () => {
    const place = await newPlace();
    await place.ca.setFaults({ hang: [{ call: 'CertSrvBackupGetDatabaseNamesW', nth: 1 }] });
    const log = `${place.folder}/log.txt`;
    const { exitCode, stdout, stderr } = await resultOf(
      startCli([...place.backup, '--stall-timeout', '1s', '--json', '--log-file', log], { node: takingCoverage }),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: CertSrvBackupGetDatabaseNamesW has not returned for 1 s: the process is ended$/m);
    expect(stderr).toMatch(/^hint: {2}This run has not ended its session/m);
    const lines = jsonLines(stdout);
    expect(lines.at(-2)).toMatchObject({ type: 'error', code: 'stalled' });
    expect(lines.at(-1)).toMatchObject({ type: 'run-ended', exitCode: 1 });
  });
});

onPosix('a sink that heeds no signal', () => {
  it('is left by a second signal when it does not close', async () => {
    const { sink } = await newFilledPlace();
    const child = startCli(['list', `faulty://${sink}?method=list&kind=hang&close=hangs`]);
    const result = resultOf(child);
    await untilPrinted(child, 'this sink will hang');
    const first = untilPrinted(child, 'stopping in good order');
    child.kill('SIGINT');
    await first;
    child.kill('SIGTERM');
    expect(await result).toMatchObject({
      exitCode: 143,
      stderr: expect.stringMatching(/\nSIGTERM again: ended at once\n$/),
    });
  });
});

describe('a reader that goes away', () => {
  it('stops neither a backup nor its exit code', async () => {
    const place = await newPlace();
    const child = startCli([...place.backup, '--json']);
    child.stdout.destroy();
    const { exitCode, stderr } = await resultOf(child);
    expect(stderr).not.toMatch(/EPIPE|at .*node:/);
    expect(exitCode).toBe(0);
    expect(await place.ca.report()).toMatchObject({ sessions: { begun: 1, left: 0 } });
  });

  it('of standard error stops it neither', async () => {
    const place = await newPlace();
    const child = startCli([...place.backup, '--verbose']);
    child.stderr.destroy();
    const { exitCode, stdout } = await resultOf(child);
    expect(stdout).toContain('is sealed and sound.');
    expect(exitCode).toBe(0);
  });
});
