import { AdcsBackupError, type BackupSink, type ErrorDetails, isObjectKey } from '@adcs-backup/core/sink';
import { changed, type Fault, type FaultyGroup } from '../fault.ts';
import { secret } from '../subject.ts';

/** What the calls of the sink reject with becomes something else. */
function failsWith(
  name: string,
  fails: readonly string[],
  change: (error: unknown, sink: BackupSink) => unknown,
): Fault {
  return {
    name,
    fails,
    wrap: ({ sink }) => {
      const rethrow = (error: unknown): never => {
        throw change(error, sink);
      };
      return changed(sink, {
        put: (...all) => sink.put(...all).catch(rethrow),
        get: (...all) => sink.get(...all).catch(rethrow),
        stat: (...all) => sink.stat(...all).catch(rethrow),
        delete: (...all) => sink.delete(...all).catch(rethrow),
      });
    },
  };
}

function altered(error: unknown, details: ErrorDetails & { message?: string }): unknown {
  if (!AdcsBackupError.is(error)) return error;
  const { message = error.message, ...others } = details;
  return new AdcsBackupError(error.code, message, { cause: error.cause, retryable: error.retryable, ...others });
}

const is = AdcsBackupError.is;

export const errors: FaultyGroup = {
  group: 'errors',
  faults: [
    failsWith(
      'calls a missing object a failure',
      ['says object-not-found of an object that is missing, and undefined by stat'],
      (error) => (is(error, 'object-not-found') ? new AdcsBackupError('sink-failed', error.message) : error),
    ),
    failsWith('does not say of which object it speaks', ['names the object in the message'], (error) =>
      altered(error, { message: 'the server said no' }),
    ),
    failsWith('lets refused calls be made again', ['says that a refusal is final: not retryable'], (error) =>
      is(error, 'object-exists') ? altered(error, { retryable: true }) : error,
    ),
    failsWith(
      'passes on what the server said',
      ['says of each failing call what failed, whether it may be made again, and why'],
      (error) => (is(error, 'sink-unreachable') ? error.cause : error),
    ),
    failsWith(
      'knows one error only',
      ['says of each failing call what failed, whether it may be made again, and why'],
      (error) =>
        is(error, 'sink-unreachable')
          ? new AdcsBackupError('sink-failed', 'no', { cause: error, retryable: true })
          : error,
    ),
    failsWith(
      'takes every failure for final',
      ['says of each failing call what failed, whether it may be made again, and why'],
      (error) => (is(error, 'sink-unreachable') ? altered(error, { retryable: false }) : error),
    ),
    failsWith(
      'forgets the error underneath',
      ['says of each failing call what failed, whether it may be made again, and why'],
      (error) =>
        is(error, 'sink-unreachable') ? new AdcsBackupError(error.code, 'no answer', { retryable: true }) : error,
    ),
    {
      name: 'throws at once',
      fails: ['rejects, and never throws before it has returned'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: (key, body, options) => {
            if (!isObjectKey(key)) throw new AdcsBackupError('invalid-key', `no key: ${String(key)}`);
            return sink.put(key, body, options);
          },
        }),
    },
  ],
};

/** What the fault about timers leaves behind; the test takes it away. */
export const leftTimers: NodeJS.Timeout[] = [];

export const disposal: FaultyGroup = {
  group: 'disposal',
  faults: [
    {
      name: 'can be closed once',
      fails: ['can be disposed of twice, and without having been used'],
      wrap: ({ sink }) => {
        let isClosed = false;
        return changed(sink, {
          [Symbol.asyncDispose]: async () => {
            if (isClosed) throw new AdcsBackupError('internal', 'closed already');
            isClosed = true;
            await sink[Symbol.asyncDispose]();
          },
        });
      },
    },
    {
      name: 'is not closed',
      fails: ['rejects every call that comes after it'],
      wrap: ({ sink }) => changed(sink, { [Symbol.asyncDispose]: () => Promise.resolve() }),
    },
    {
      name: 'tidies up when it is closed',
      fails: ['leaves the objects, and other sinks on the same place, as they are'],
      wrap: ({ sink, place }) =>
        changed(sink, {
          [Symbol.asyncDispose]: async () => {
            place.clear();
            await sink[Symbol.asyncDispose]();
          },
        }),
    },
    {
      name: 'leaves a timer',
      fails: ['leaves nothing behind that keeps the process alive'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: async (...all) => {
            leftTimers.push(setInterval(() => undefined, 1e9));
            return await sink.put(...all);
          },
        }),
    },
  ],
};

export const secrets: FaultyGroup = {
  group: 'secrets',
  faults: [
    {
      name: 'has its password in its location',
      fails: ['shows no credential in its location'],
      wrap: ({ sink }) => changed(sink, { location: `memory://me:${encodeURIComponent(secret)}@place` }),
    },
    failsWith(
      'keeps the request, with its headers, as the cause',
      [
        'shows no credential in an error, its stack or its causes',
        'shows no credential in the error of a failing call',
      ],
      (error) => altered(error, { cause: { request: { headers: { authorization: `Bearer ${secret}` } } } }),
    ),
    failsWith('names the password that was refused', ['shows no credential in the error of a failing call'], (error) =>
      is(error, 'sink-unreachable') ? altered(error, { message: `no answer with ${secret}` }) : error,
    ),
    {
      name: 'tells what it does',
      fails: ['prints nothing, nor warns'],
      wrap: ({ sink }) =>
        changed(sink, {
          stat: async (...all) => {
            if (all[0].endsWith('quiet')) console.log(`stat ${all[0]}`);
            return await sink.stat(...all);
          },
        }),
    },
    {
      name: 'complains on stderr',
      fails: ['prints nothing, nor warns'],
      wrap: ({ sink }) =>
        changed(sink, {
          async *list(...all) {
            if (all[0].endsWith('quiet')) process.stderr.write(`list ${all[0]}\n`);
            yield* sink.list(...all);
          },
        }),
    },
  ],
};
