import { readdir } from 'node:fs/promises';
import { objectKey } from '@adcs-backup/core/sink';
import { keysOf } from '@adcs-backup/sink-conformance';
import { describeWithSshd } from '@adcs-backup/test-servers/vitest';
import { expect, it, onTestFinished } from 'vitest';
import { openSftpSink } from '../src/index.ts';
import { locationOf, loginOf, newFolder, openSink } from './open-sink.ts';
import { Wire } from './wire.ts';

const body = new Uint8Array(2_000_000).fill(7);
const key = objectKey('a/b');
const reason = new Error('enough');
const unreachable = { code: 'sink-unreachable', retryable: true };

describeWithSshd('the connection', (access) => {
  async function newWire(): Promise<Wire> {
    const wire = await Wire.to(access);
    onTestFinished(() => wire[Symbol.asyncDispose]());
    return wire;
  }

  it('is opened again after it broke in the middle of a put, of which nothing is seen', async () => {
    const folder = await newFolder(access);
    const wire = await newWire();
    const sink = await openSink(wire.access, folder);
    wire.cutAfter(1_000_000);
    await expect(sink.put(key, body)).rejects.toMatchObject(unreachable);
    expect(await keysOf(sink, '')).toEqual([]);
    await sink.put(key, body);
    expect(Buffer.compare(await sink.get(key), body)).toBe(0);
    expect(await readdir(`${folder}/a`)).toContain('b');
  });

  it('is opened once for calls side by side', async () => {
    const wire = await newWire();
    const sink = await openSink(wire.access, await newFolder(access));
    wire.cutAfter(0);
    await expect(sink.stat(key)).rejects.toMatchObject(unreachable);
    expect(wire.connections).toBe(1);
    await Promise.all([sink.stat(key), sink.stat(key), sink.put(key, body)]);
    expect(wire.connections).toBe(2);
  });

  it('fails every call that is under way when it breaks', async () => {
    const wire = await newWire();
    const sink = await openSink(wire.access, await newFolder(access));
    wire.cutAfter(500_000);
    const calls = [sink.put(key, body), sink.put(objectKey('c'), body), sink.put(objectKey('d'), body)];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: 'rejected', reason: unreachable });
    }
  });

  it('to a server that has gone silent is given up when a call is aborted', async () => {
    const wire = await newWire();
    const sink = await openSink(wire.access, await newFolder(access));
    await sink.stat(key);
    wire.goSilent();
    const controller = new AbortController();
    const putting = sink.put(key, body, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 100);
    await expect(putting).rejects.toBe(reason);
  });

  it('that is being opened is not waited for by who aborts', async () => {
    const wire = await newWire();
    wire.goSilent();
    const controller = new AbortController();
    const login = loginOf(access);
    const opening = openSftpSink(locationOf(wire.access, access.folder), { login, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 100);
    await expect(opening).rejects.toBe(reason);
  });

  it('is not opened at all when the signal is aborted already', async () => {
    const wire = await newWire();
    const options = { login: loginOf(access), signal: AbortSignal.abort(reason) };
    await expect(openSftpSink(locationOf(wire.access, access.folder), options)).rejects.toBe(reason);
    expect(wire.connections).toBe(0);
  });

  it('is ended by disposal, with what is under way, also when the server has gone silent', async () => {
    const wire = await newWire();
    const sink = await openSink(wire.access, await newFolder(access));
    wire.goSilent();
    const [put] = await Promise.allSettled([sink.put(key, body), sink[Symbol.asyncDispose]()]);
    expect(put).toMatchObject({ status: 'rejected', reason: { code: 'internal', retryable: false } });
  });
});
