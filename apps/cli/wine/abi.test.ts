import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXPORT_NAMES, type Faults } from '@adcs-backup/standin';
import { execute } from '@adcs-backup/wine';
import { describe, expect, it } from 'vitest';
import { adcsBackup, machine, newCa, newFolder } from './windows.ts';

/** How the executable calls the library: in each call right, whatever the library answers. */

const ways: readonly { readonly what: string; readonly faults: Faults }[] = [
  { what: 'as it should', faults: {} },
  { what: 'to its first thread only', faults: { oneThread: true } },
  { what: 'with as few bytes as it likes', faults: { shortReadBytes: 100_000 } },
  { what: 'with no dynamic files', faults: { emptyLists: [{ call: EXPORT_NAMES[9], shape: 'null' }] } },
  { what: 'with a list of nothing', faults: { emptyLists: [{ call: EXPORT_NAMES[9], shape: 'nul' }] } },
];

describe('a library that answers', () => {
  it.each(ways)('$what gets every call from one thread, and all its buffers back as they were', async ({ faults }) => {
    const { ca } = await newCa();
    const sink = await newFolder('Backups');
    await ca.setFaults(faults);
    const { code, stderr } = await adcsBackup(['backup', sink.path, '--truncate-logs']);
    expect(code, stderr).toBe(0);
    const { calls, buffers, sessions, overlapping, unloads } = await ca.report();
    expect(new Set(calls.map(({ thread }) => thread)).size).toBe(1);
    expect(calls.filter(({ hresult }) => hresult !== 0)).toEqual([]);
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(EXPORT_NAMES));
    expect(buffers.allocated).toBeGreaterThan(2);
    expect(buffers).toMatchObject({ left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 });
    expect({ sessions, overlapping, unloads }).toEqual({
      sessions: { begun: 1, left: 0 },
      overlapping: [],
      unloads: 1,
    });
  });
});

// What the backups above rely on: the stand-in refuses each call that lacks one of these. That the privilege is off again
// when the library has been released is seen in the process itself, by test:wine of packages/certadm.
describe('the stand-in', () => {
  it.each([
    { has: [], answer: '80070005' },
    { has: ['com'], answer: '80070005' },
    { has: ['privilege'], answer: '800401F0' },
    { has: ['com', 'privilege'], answer: '00000000' },
  ])('answers $answer to a caller with $has of COM and the privilege', async ({ has, answer }) => {
    await newCa();
    const folder = await newFolder('Caller');
    const program = join(folder.here, 'caller.exe');
    const source = fileURLToPath(new URL('caller.c', import.meta.url));
    await execute('x86_64-w64-mingw32-gcc', ['-Wall', '-Wextra', '-o', program, source, '-lole32']);
    expect((await machine.run(`${folder.path}\\caller.exe`, has)).stdout).toBe(answer);
  });
});
