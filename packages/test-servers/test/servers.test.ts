import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../src/servers.ts', import.meta.url));

it('offers a server until Ctrl-C, with what to paste', async () => {
  const child = spawn(process.execPath, [script, 'azure'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (printed.includes('Ctrl-C')) child.kill('SIGINT');
  }
  if (child.exitCode === null) await once(child, 'close');
  expect(child.exitCode).toBe(0);
  expect(printed).toMatch(/^# azure\nexport AZURE_STORAGE_CONNECTION_STRING='.*'\n# 'azblob:\/\/adcsbackup\/demo\?/);
});

it('names what it can offer', async () => {
  const child = spawn(process.execPath, [script, 'gcs'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  for await (const chunk of child.stderr) printed += chunk;
  expect(printed).toContain('servers: gcs is none of s3, azure, sftp\n');
});
