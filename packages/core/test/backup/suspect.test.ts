import { findSet, listSets, readSet, type Warning } from '@adcs-backup/core';
import { logFileName } from '@adcs-backup/ese';
import { describe, expect, test } from 'vitest';
import { BackupLine, type RunOptions } from '../backup-line.ts';
import { DATABASE_NAME } from '../ca-history.ts';
import { closeLog } from '../closed-log.ts';
import { validDatabase } from '../valid-files.ts';

const PAGE = 4096;

type Logs = Record<string, Buffer>;

/** A run whose database comes damaged. */
function withDatabase(line: BackupLine, damage: (bytes: Buffer) => Uint8Array): RunOptions {
  const prepare = () => {
    const bytes = Buffer.from(line.ca.lastDatabase?.bytes ?? []);
    return { databases: { [DATABASE_NAME]: damage(bytes) } };
  };
  return { truncateLogs: true, script: { prepare } };
}

/** A run of a CA that is in log 4, and whose logs 3 and 4 come damaged. */
function withLogs(line: BackupLine, damage: (logs: Logs) => Logs): RunOptions {
  const prepare = () => {
    const { written, current } = line.ca.state;
    const three = Buffer.from(written.get(3)?.bytes ?? []);
    const four = closeLog({ generation: current, branch: 0, logSignature: 77, seed: 4 }, written.get(3)).bytes;
    return { logs: damage({ [logFileName(3)]: three, [logFileName(4)]: four }) };
  };
  return { truncateLogs: true, script: { prepare } };
}

function issuedLine(): BackupLine {
  const line = new BackupLine();
  line.ca.issue(3);
  return line;
}

function flip(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  return bytes;
}

const notTruncated: Warning = { code: 'not-truncated', message: 'no log was truncated: the set is suspect' };

test('a full set without fault is sound, and its logs are truncated', async () => {
  const line = issuedLine();
  const { result, certSrv } = await line.run(
    'full',
    withLogs(line, (logs) => logs),
  );
  expect(result).toMatchObject({
    at: 'finished',
    warnings: [],
    manifest: { sound: true, findings: [], checks: { contents: 'passed', chain: 'passed' } },
  });
  expect(certSrv.truncated).toBe(true);
});

const databaseDamages: Record<string, [(bytes: Buffer) => Uint8Array, object]> = {
  'a flipped bit in a page': [
    (bytes) => flip(bytes, 5 * PAGE + 100),
    {
      code: 'page-bit-flipped',
      message: `${DATABASE_NAME}: page 4 has one flipped bit, bit 2 of byte 100`,
      offset: 5 * PAGE,
      number: 4,
    },
  ],
  'more wrong in a page than a bit': [
    (bytes) => bytes.fill(7, 5 * PAGE + 100, 5 * PAGE + 200),
    { code: 'page-bad', offset: 5 * PAGE, number: 4 },
  ],
  'a page in the place of another': [
    (bytes) => bytes.fill(bytes.subarray(6 * PAGE, 7 * PAGE), 5 * PAGE, 6 * PAGE),
    { code: 'page-misplaced', offset: 5 * PAGE, number: 4 },
  ],
  'zeros instead of everything': [
    (bytes) => bytes.fill(0),
    { code: 'headers-bad', message: `${DATABASE_NAME}: neither the header nor its shadow is good`, offset: 0 },
  ],
  'a bad header': [(bytes) => flip(bytes, 300), { code: 'header-bad', offset: 0 }],
  'its end cut off': [(bytes) => bytes.subarray(0, 100_000), { code: 'trailer-missing', offset: 24 * PAGE }],
  'no trailer': [(bytes) => bytes.subarray(0, -PAGE), { code: 'trailer-missing', offset: 63 * PAGE }],
  'pages behind the trailer': [
    (bytes) => Buffer.concat([bytes, Buffer.alloc(PAGE)]),
    { code: 'trailer-not-last', offset: 63 * PAGE, number: 62 },
  ],
  'the trailer of another backup': [
    (bytes) => {
      const other = validDatabase({ seeds: [1], genLow: 3, genHigh: 4, markGeneration: 9 });
      return bytes.fill(other.subarray(-PAGE), 63 * PAGE);
    },
    { code: 'trailer-mismatch', offset: 63 * PAGE },
  ],
  'no content at all': [(bytes) => bytes.subarray(0, 0), { code: 'headers-bad', offset: 0 }],
};

describe('a full set is suspect, sealed and not truncated, when its database has', () => {
  test.each(Object.entries(databaseDamages))('%s', async (_name, [damage, finding]) => {
    const line = issuedLine();
    const { result, certSrv, events } = await line.run('full', withDatabase(line, damage));
    const findings = [{ file: DATABASE_NAME, ...finding }];
    expect(result).toMatchObject({
      at: 'finished',
      warnings: [notTruncated],
      manifest: { sound: false, findings, checks: { contents: 'failed', chain: 'passed' } },
      outcome: { truncation: undefined },
    });
    expect(certSrv.truncated).toBe(false);
    expect(events).toContainEqual({ type: 'finding', finding: result.manifest?.findings[0] });
    const [entry] = await listSets(line.sink);
    if (entry === undefined) throw new Error('no set');
    expect((await readSet(line.sink, entry)).manifest).toMatchObject({ sound: false, findings });
    expect((await line.verify(entry.label.text)).verdict?.restorable).toBe('no');
  });
});

const logDamages: Record<string, [(logs: Logs, line: BackupLine) => Logs, object[], object]> = {
  'a flipped bit': [
    (logs) => ({ ...logs, 'edb00003.log': flip(logs['edb00003.log'] ?? Buffer.alloc(0), 5000) }),
    [{ code: 'segment-bit-flipped', file: 'edb00003.log', offset: 4096, number: 1 }],
    { contents: 'failed', chain: 'passed' },
  ],
  'its end cut off': [
    (logs) => ({ ...logs, 'edb00004.log': (logs['edb00004.log'] ?? Buffer.alloc(0)).subarray(0, -4096) }),
    [{ code: 'length-wrong', file: 'edb00004.log', offset: 15 * 4096 }],
    { contents: 'failed', chain: 'passed' },
  ],
  'the name of another': [
    (logs) => ({ ...logs, 'edb00003.log': logs['edb00004.log'] ?? Buffer.alloc(0) }),
    [
      { code: 'generation-wrong', file: 'edb00003.log', offset: 4 },
      { code: 'log-repeated', message: 'there are two logs of generation 4' },
    ],
    { contents: 'failed', chain: 'failed' },
  ],
  'a missing one before it': [
    ({ 'edb00003.log': _gone, ...logs }) => logs,
    [{ code: 'log-missing', message: 'log 3 is missing from the chain' }],
    { contents: 'passed', chain: 'failed' },
  ],
  'another log stream': [
    (logs, { ca }) => {
      const stranger = closeLog({ generation: 4, branch: 0, logSignature: 5, seed: 1 }, ca.state.written.get(3));
      return { ...logs, 'edb00004.log': stranger.bytes };
    },
    [
      {
        code: 'log-signature-mismatch',
        file: 'edb00004.log',
        message: 'log 4 is of another log stream (edb00004.log of 20261101T110000Z-full)',
      },
    ],
    { contents: 'passed', chain: 'failed' },
  ],
  'a creation time that the database does not know': [
    (logs, { ca }) => {
      const other = closeLog({ generation: 4, branch: 9, logSignature: 77, seed: 1 }, ca.state.written.get(3));
      return { ...logs, 'edb00004.log': other.bytes };
    },
    [{ code: 'created-mismatch', file: 'edb00004.log' }],
    { contents: 'passed', chain: 'failed' },
  ],
  'content that the next one was not written after': [
    (logs, { ca }) => {
      const other = closeLog({ generation: 3, branch: 0, logSignature: 77, seed: 99 }, ca.state.written.get(2));
      return { ...logs, 'edb00003.log': other.bytes };
    },
    [{ code: 'seal-mismatch', file: 'edb00004.log', message: expect.stringContaining('the segments of log 3') }],
    { contents: 'passed', chain: 'failed' },
  ],
};

describe('a full set is suspect, sealed and not truncated, when a log has', () => {
  test.each(Object.entries(logDamages))('%s', async (_name, [damage, findings, checks]) => {
    const line = issuedLine();
    const { result, certSrv } = await line.run(
      'full',
      withLogs(line, (logs) => damage(logs, line)),
    );
    expect(result).toMatchObject({ at: 'finished', warnings: [notTruncated] });
    expect(result.manifest).toMatchObject({ sound: false, findings, checks });
    expect(certSrv.truncated).toBe(false);
  });
});

test('a full set without a single log is suspect', async () => {
  const line = issuedLine();
  const { result } = await line.run(
    'full',
    withLogs(line, () => ({})),
  );
  expect(result.manifest).toMatchObject({ sound: false, findings: [{ code: 'log-missing' }] });
});

test('logs that no restore needs must fit one another all the same', async () => {
  const line = issuedLine();
  const { result } = await line.run(
    'full',
    withLogs(line, (logs) => ({ 'edb00001.log': line.ca.state.written.get(1)?.bytes ?? Buffer.alloc(0), ...logs })),
  );
  expect(result.manifest).toMatchObject({
    sound: false,
    findings: [{ code: 'log-missing', message: 'log 2 is missing' }],
    checks: { contents: 'passed', chain: 'failed' },
  });
});

test('of many damaged pages the first are listed, and the rest is counted', async () => {
  const line = new BackupLine();
  const { result } = await line.run(
    'full',
    withDatabase(line, (bytes) => {
      for (let page = 2; page < 27; page += 1) flip(bytes, page * PAGE + 100);
      return bytes;
    }),
  );
  expect(result.manifest?.findings).toHaveLength(21);
  expect(result.manifest?.findings.at(-1)).toEqual({
    code: 'more-findings',
    message: `${DATABASE_NAME}: 5 more findings`,
    file: DATABASE_NAME,
  });
});

test('with strict a suspect set is not sealed, and the error says what was found', async () => {
  const line = issuedLine();
  const options = withDatabase(line, (bytes) => flip(bytes, 5 * PAGE + 100));
  const { result, certSrv } = await line.run('full', { ...options, strict: true });
  expect(result).toMatchObject({
    at: 'failed',
    error: {
      code: 'set-suspect',
      message: `the set 20261101T110000Z-full was not sealed: ${DATABASE_NAME}: page 4 has one flipped bit, bit 2 of byte 100`,
      hint: expect.stringContaining('Without --strict'),
    },
    manifest: undefined,
  });
  expect(certSrv).toMatchObject({ truncated: false, sessionOpen: false });
  expect(await listSets(line.sink)).toEqual([]);
});

test('a sound set is sealed with strict, too', async () => {
  const line = issuedLine();
  expect(await line.sealed('full', { strict: true })).toMatchObject({ sound: true });
  await findSet(line.sink, { label: 'latest' });
});
