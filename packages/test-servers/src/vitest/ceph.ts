import type { TestProject } from 'vitest/node';
import { cephMissing, startCeph } from '../ceph.ts';
import { SharedServer } from './shared-server.ts';

/** Global set-up of vitest: Ceph's S3, for `describeWithCeph`. */

const server = new SharedServer({ missing: cephMissing, start: startCeph });

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  return await server.join((provided) => project.provide('ceph', provided));
}
