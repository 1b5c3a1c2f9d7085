import type { BackupSink } from '@adcs-backup/core/sink';
import { type AzureAccess, type Fault, FaultProxy, type SeenRequest } from '@adcs-backup/test-servers';
import { onTestFinished } from 'vitest';
import type { AzureBlobSinkOptions } from '../src/index.ts';
import { Place } from './place.ts';

export interface FaultySink {
  readonly place: Place;
  /** Without a fault. */
  readonly plain: BackupSink;
  /** By way of the proxy. */
  readonly sink: BackupSink;
  readonly proxy: FaultProxy;
  /** From now on, for these requests, or all of a method; default all. */
  fault(fault: Fault, which?: string | ((request: SeenRequest) => boolean)): void;
}

/** A container of its own, and a sink that reaches it through a proxy that does harm. */
export async function openFaulty(
  access: AzureAccess,
  changes: Partial<AzureBlobSinkOptions> = {},
): Promise<FaultySink> {
  const place = new Place(access);
  await place.create();
  const proxy = await FaultProxy.start(access.endpoint);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return {
    place,
    proxy,
    plain: await place.open(),
    sink: await place.open({ endpoint: new URL(proxy.endpoint), ...changes }),
    fault: (fault, which = () => true) => {
      proxy.add({ fault, when: typeof which === 'string' ? ({ method }) => method === which : which });
    },
  };
}
