import type { TestProject } from 'vitest/node';
import { sshdMissing, startSshd } from '../sshd.ts';
import { SharedServer } from './shared-server.ts';

/** Global set-up of vitest: OpenSSH, for `describeWithSshd`. */

const server = new SharedServer({ missing: sshdMissing, start: startSshd });

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  return await server.join((provided) => project.provide('sshd', provided));
}
