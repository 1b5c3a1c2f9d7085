import type { TestProject } from 'vitest/node';
import { startAzurite } from '../azurite.ts';
import { SharedServer } from './shared-server.ts';

/** Global set-up of vitest: Azurite, for `describeWithAzurite`; it comes from npm, so it is never missing. */

const server = new SharedServer({ missing: () => undefined, start: () => startAzurite({ inMemory: true }) });

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  return await server.join((provided) => project.provide('azurite', provided));
}
