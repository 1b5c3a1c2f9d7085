import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupSink } from '@adcs-backup/core/sink';
import { testSinkConformance } from '@adcs-backup/sink-conformance';
import { describeWithSshd } from '@adcs-backup/test-servers/vitest';
import { describe, it } from 'vitest';
import { openSftpSink } from '../src/index.ts';
import { locationOf, loginOf } from './open-sink.ts';
import { Wire } from './wire.ts';

const password = 'made-up-for-the-tests';

describeWithSshd('on OpenSSH', (access) => {
  const folder = join(access.folder, 'contract');
  mkdirSync(folder, { recursive: true });
  const empty = join(access.folder, 'no-known-hosts');
  writeFileSync(empty, '');

  const login = { ...loginOf(access), password };
  const open = (): Promise<BackupSink> => openSftpSink(locationOf(access, folder), { login });

  testSinkConformance(
    { describe, it },
    {
      name: 'sftp',
      open,
      supports: { retention: false, versions: false, pacing: true },
      secrets: [password],
      failures: [
        {
          name: 'dead server',
          open: async () => {
            const wire = await Wire.to(access);
            await wire[Symbol.asyncDispose]();
            return await openSftpSink(locationOf(wire.access, folder), { login });
          },
          code: 'sink-unreachable',
          retryable: true,
        },
        {
          name: 'server that dies',
          open: async () => {
            const wire = await Wire.to(access);
            const sink = await openSftpSink(locationOf(wire.access, folder), { login });
            await wire[Symbol.asyncDispose]();
            return sink;
          },
          code: 'sink-unreachable',
          retryable: true,
        },
        {
          name: 'connection that breaks in the middle of a put',
          open: async () => {
            const wire = await Wire.to(access);
            const sink = await openSftpSink(locationOf(wire.access, folder), { login });
            wire.cutAfter(500);
            return sink;
          },
          code: 'sink-unreachable',
          retryable: true,
          methods: ['put'],
        },
        {
          name: 'wrong key',
          open: () =>
            openSftpSink(locationOf(access, folder), { login: { ...login, keyFile: access.strangerKeyFile } }),
          code: 'sink-denied',
          retryable: false,
        },
      ],
    },
  );
});
