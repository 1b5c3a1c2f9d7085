import type { BackupSink, CallOptions } from '@adcs-backup/core/sink';
import { sinkMethods } from '../../src/calls.ts';
import type { SinkMethod } from '../../src/index.ts';
import { type Broken, changed, type Fault, type FaultyGroup, force, turns } from '../fault.ts';

/** The method made to do `before` first, and without the signal. */
function method(
  { sink }: Broken,
  name: SinkMethod,
  before: (options: CallOptions | undefined) => Promise<void>,
): Partial<BackupSink> {
  const methods: Pick<BackupSink, SinkMethod> = {
    put: async (key, body, options) => {
      await before(options);
      return await sink.put(key, body);
    },
    get: async (key, options) => {
      await before(options);
      return await sink.get(key, { ...options, signal: undefined });
    },
    stat: async (key, options) => {
      await before(options);
      return await sink.stat(key);
    },
    async *list(prefix, options) {
      await before(options);
      yield* sink.list(prefix);
    },
    delete: async (key, options) => {
      await before(options);
      await sink.delete(key);
    },
  };
  return { [name]: methods[name] };
}

const already = (name: SinkMethod): string =>
  `rejects ${name} with the very reason of a signal that is aborted already`;
const onTheWay = (name: SinkMethod): string =>
  `ends ${name} with the very reason, or as usual, when it is aborted on the way`;
const atAll = 'does nothing at all when the signal is aborted already';
const halfWay = 'stops a listing that is aborted half-way';

/** What else notices an abort that isn't heard. */
const alsoDeaf: Readonly<Partial<Record<SinkMethod, readonly string[]>>> = {
  put: [atAll],
  delete: [atAll],
  list: [halfWay],
};

const isDeaf = (name: SinkMethod): Fault => ({
  name: `does not look at the signal of ${name}`,
  fails: [already(name), ...(alsoDeaf[name] ?? [])],
  wrap: (broken) =>
    changed(
      broken.sink,
      method(broken, name, () => Promise.resolve()),
    ),
});

const hasReasonOfItsOwn = (name: SinkMethod): Fault => ({
  name: `has a reason of its own for an abort of ${name}`,
  fails: [onTheWay(name), ...(name === 'list' ? [halfWay] : [])],
  wrap: (broken) =>
    changed(
      broken.sink,
      method(broken, name, async (options) => {
        options?.signal?.throwIfAborted();
        await turns(3);
        if (options?.signal?.aborted === true) throw new DOMException('This operation was aborted', 'AbortError');
      }),
    ),
});

export const cancelling: FaultyGroup = {
  group: 'cancelling',
  faults: [
    ...sinkMethods.map(isDeaf),
    ...sinkMethods.map(hasReasonOfItsOwn),
    ...(['put', 'delete'] as const).map(
      (name): Fault => ({
        name: `looks at the signal of ${name} when the work is done`,
        fails: name === 'put' ? [already(name), atAll] : [atAll],
        wrap: ({ sink }) =>
          changed(sink, {
            put: async (key, body, options) => {
              const stored = await sink.put(key, body, name === 'put' ? {} : options);
              options?.signal?.throwIfAborted();
              return stored;
            },
            delete: async (key, options) => {
              await sink.delete(key, name === 'delete' ? {} : options);
              options?.signal?.throwIfAborted();
            },
          }),
      }),
    ),
    {
      name: 'looks at the signal of a list once',
      fails: ['stops a listing that is aborted half-way'],
      wrap: ({ sink }) =>
        changed(sink, {
          async *list(prefix, options) {
            options?.signal?.throwIfAborted();
            yield* sink.list(prefix);
          },
        }),
    },
    {
      name: 'empties an object before it is deleted',
      fails: ['leaves the whole object or nothing when a delete is aborted'],
      wrap: (broken) =>
        changed(broken.sink, {
          delete: async (key, options) => {
            options?.signal?.throwIfAborted();
            if (broken.place.has(key)) force(broken, key, new Uint8Array(0));
            await turns(3);
            await broken.sink.delete(key, options);
          },
        }),
    },
    {
      name: 'takes back what is stored when it is aborted later',
      fails: ['takes no notice of an abort after a call has ended'],
      wrap: ({ sink, place }) =>
        changed(sink, {
          put: async (key, body, options) => {
            options?.signal?.addEventListener('abort', () => place.delete(key));
            return await sink.put(key, body, options);
          },
        }),
    },
  ],
};
