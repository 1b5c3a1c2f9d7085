import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CallClock } from '../src/thread/call-clock.ts';
import { createHandlers } from '../src/thread/handlers.ts';
import { SessionThread } from '../src/thread/session-thread.ts';
import { StallWatch } from '../src/thread/stall-watch.ts';

describe('the thread of a session', () => {
  it('makes no call before a library is loaded, nor of a session that is not there', () => {
    const handlers = createHandlers((_name, call) => call());
    expect(() => handlers.isServerOnline('ca01')).toThrow('no library is open');
    expect(() => handlers.read(new Uint8Array(new SharedArrayBuffer(1)))).toThrow('no session is open');
  });

  it('leaves no request without an answer when it is stopped', async () => {
    const thread = new SessionThread({});
    const pending = thread.request('isServerOnline', 'ca01').catch((error: unknown) => error);
    await thread.stop();
    expect(await pending).toMatchObject({ code: 'internal', message: 'Certadm was released' });
    await expect(thread.request('isServerOnline', 'ca01')).rejects.toThrow('Certadm was released');
  });
});

describe('the watch for calls that do not return', () => {
  it('says nothing of a thread that makes no call', async () => {
    const stalls: string[] = [];
    const watch = new StallWatch(new CallClock(), { stallTimeoutMs: 1, onStall: (name) => stalls.push(name) });
    onTestFinished(() => watch.end());
    watch.begin();
    await delay(30);
    expect(stalls).toEqual([]);
  });
});
