import { readdir } from 'node:fs/promises';
import { objectKey } from '@adcs-backup/core/sink';
import { keysOf } from '@adcs-backup/sink-conformance';
import { describeWithSshd } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { newFolder, openSink } from './open-sink.ts';
import { startFaultySshd, startSpecialSshd } from './special-sshd.ts';

const body = new Uint8Array(100_000).fill(7);
const key = objectKey('a/b');

/** Numbers of requests in the protocol. */
const [open, write, remove, mkdir] = [3, 6, 13, 14];

describeWithSshd('a server', (access) => {
  it.each(['fsync@openssh.com', 'hardlink@openssh.com'])('without %s takes nothing, but gives', async (name) => {
    const folder = await newFolder(access);
    const rich = await openSink(access, folder);
    await rich.put(key, body);
    const poor = await openSink(await startSpecialSshd(access, `-P ${name.replace('@openssh.com', '')}`), folder);
    expect(Buffer.compare(await poor.get(key), body)).toBe(0);
    const storing = poor.put(objectKey('b'), body);
    await expect(storing).rejects.toMatchObject({ code: 'sink-denied', retryable: false });
    await expect(storing).rejects.toThrow(`does not offer ${name}`);
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('that only lets read is told of as denying', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(access, folder);
    await sink.put(key, body);
    const reading = await openSink(await startSpecialSshd(access, '-R'), folder);
    expect(Buffer.compare(await reading.get(key), body)).toBe(0);
    for (const call of [reading.put(objectKey('c'), body), reading.delete(key)]) {
      await expect(call).rejects.toMatchObject({ code: 'sink-denied', retryable: false });
    }
  });

  it('that gives less at once than was asked for is asked again', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(await startFaultySshd(access, 'short-reads'), folder);
    const varied = body.map((_byte, index) => index % 251);
    await sink.put(key, varied);
    expect(Buffer.compare(await sink.get(key), varied)).toBe(0);
    const part = await sink.get(key, { range: { offset: 40_001, length: 50_000 } });
    expect(Buffer.compare(part, varied.subarray(40_001, 90_001))).toBe(0);
  });

  it.each([
    [open, 3, 'sink-denied', false],
    [open, 2, 'sink-failed', true],
    [mkdir, 3, 'sink-denied', false],
    [mkdir, 4, 'sink-failed', false],
    [write, 3, 'sink-denied', false],
    [write, 4, 'sink-failed', false],
    [write, 7, 'sink-unreachable', true],
    [write, 12, 'sink-denied', false],
    [write, 14, 'sink-full', false],
    [write, 15, 'sink-full', false],
    ['link', 3, 'sink-denied', false],
    ['link', 4, 'sink-failed', false],
    ['link', 8, 'sink-denied', false],
  ] as const)('that answers request %s of a put by status %d makes it fail with %s', async (...answer) => {
    const [request, status, code, retryable] = answer;
    const folder = await newFolder(access);
    const sink = await openSink(await startFaultySshd(access, `${request}=${status}`), folder);
    await expect(sink.put(key, body)).rejects.toMatchObject({ code, retryable });
    const left = await readdir(folder, { recursive: true });
    expect(left.filter((name) => name !== 'a')).toEqual([]);
  });

  it('that keeps another size than was sent makes a put fail, and is left nothing', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(await startFaultySshd(access, 'other-size'), folder);
    await expect(sink.put(key, body)).rejects.toMatchObject({ code: 'sink-failed', retryable: true });
    expect(await readdir(`${folder}/a`)).toEqual([]);
  });

  it('that ends a file too early makes a get fail', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(await startFaultySshd(access, 'end-early'), folder);
    await sink.put(key, body);
    const getting = sink.get(key);
    await expect(getting).rejects.toMatchObject({ code: 'sink-failed', retryable: true });
    await expect(getting).rejects.toThrow(/of 100000$/);
  });

  it('that does not remove a temp file has stored the object all the same, and never lists the other', async () => {
    const folder = await newFolder(access);
    const sink = await openSink(await startFaultySshd(access, `${remove}=3`), folder);
    await sink.put(key, body);
    expect(await readdir(`${folder}/a`)).toHaveLength(2);
    expect(await keysOf(sink, '')).toEqual([key]);
  });

  it('without SFTP is refused', async () => {
    const folder = await newFolder(access);
    const shell = await startSpecialSshd(access, '-x not-an-option');
    await expect(openSink(shell, folder)).rejects.toMatchObject({
      code: 'sink-denied',
      message: expect.stringMatching(/doesn't start SFTP/),
    });
  });
});
