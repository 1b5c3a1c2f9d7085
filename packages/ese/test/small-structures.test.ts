import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCheckpointPosition,
  encodeCheckpoint,
  isHeaderValid,
  type LogPosition,
  logFileName,
  logGeneration,
  readBackupInfo,
  readLogPosition,
  readLogTime,
  readSignature,
  writeBackupInfo,
  writeLogPosition,
  writeLogTime,
  writeSignature,
} from '../src/index.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const times = fc.date({ min: new Date('1901-01-01'), max: new Date('2155-12-31'), noInvalidDate: true });
const positions: fc.Arbitrary<LogPosition> = fc.record({ generation: u32, sector: u16, byte: u16 });

function view(): DataView {
  return new DataView(new ArrayBuffer(64));
}

describe('small structures', () => {
  it('lays a time out as the engine does', () => {
    const into = view();
    writeLogTime(into, 0, new Date('2026-11-21T18:03:16.789Z'));
    // 789 ms are 6 times 128 and 21; bit 0 of byte 6 says UTC.
    expect([...new Uint8Array(into.buffer, 0, 8)]).toEqual([16, 3, 18, 21, 11, 126, (21 << 1) | 1, 6 << 1]);
  });

  it('reads back every time to the millisecond', () => {
    fc.assert(
      fc.property(times, (time) => {
        const into = view();
        writeLogTime(into, 5, time);
        expect(readLogTime(into, 5)).toEqual(time);
      }),
    );
  });

  it('orders log positions as one number', () => {
    fc.assert(
      fc.property(positions, (position) => {
        const into = view();
        writeLogPosition(into, 3, position);
        expect(readLogPosition(into, 3)).toEqual(position);
        const asNumber = (BigInt(position.generation) << 32n) | BigInt(position.sector * 65536 + position.byte);
        expect(into.getBigUint64(3, true)).toBe(asNumber);
      }),
    );
  });

  it('reads back signatures and backups', () => {
    const genLow = fc.integer({ min: 1, max: 0xffffffff });
    const backups = fc.record({ mark: positions, markedAt: times, genLow, genHigh: u32 });
    fc.assert(
      fc.property(fc.record({ random: u32, createdAt: times }), backups, (signature, backup) => {
        const into = view();
        writeSignature(into, 0, signature);
        expect(readSignature(into, 0)).toEqual(signature);
        writeBackupInfo(into, 30, backup);
        expect(readBackupInfo(into, 30)).toEqual(backup);
      }),
    );
  });

  it('takes zeros for nothing', () => {
    expect(readLogTime(view(), 0)).toBeUndefined();
    expect(readSignature(view(), 0)).toBeUndefined();
    expect(readBackupInfo(view(), 0)).toBeUndefined();
  });

  it('writes a checkpoint file of two valid copies', () => {
    const position = { generation: 0x1234, sector: 5, byte: 6 };
    const file = encodeCheckpoint({ position, logSignature: { random: 1, createdAt: new Date(0) } });
    expect(file.length).toBe(8192);
    expect(isHeaderValid(file.subarray(0, 4096))).toBe(true);
    expect(file.subarray(0, 4096)).toEqual(file.subarray(4096));
    expect(decodeCheckpointPosition(file)).toEqual(position);
  });

  it('reads generations from names of closed logs only', () => {
    expect(logFileName(0xfffff)).toBe('edbFFFFF.log');
    fc.assert(
      fc.property(u32, (generation) => {
        expect(logGeneration(logFileName(generation))).toBe(generation);
      }),
    );
    expect(logGeneration('EDB0001A.LOG')).toBe(0x1a);
    for (const name of ['edb.log', 'edbtmp.log', 'edb000001.log', 'edbres00001.jrs', 'xedb00001.log']) {
      expect(logGeneration(name)).toBeUndefined();
    }
  });
});
