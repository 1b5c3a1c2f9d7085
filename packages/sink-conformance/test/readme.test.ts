import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the package, so that its name and its dependencies are found.
const folder = `${root}/.out/readme`;

it("the example of the README runs under Node's own runner, on a sink beside it", async () => {
  const readme = await readFile(`${root}/README.md`, 'utf8');
  const [, example] = /<!-- example -->\s+```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).toContain('testSinkConformance(');
  await rm(folder, { recursive: true, force: true });
  await mkdir(`${folder}/test`, { recursive: true });
  await mkdir(`${folder}/src`);
  await cp(new URL('my-sink.ts', import.meta.url), `${folder}/src/index.ts`);
  await writeFile(`${folder}/test/my-sink.test.ts`, example ?? '');
  const options = [
    '--conditions=@adcs-backup/source',
    '--test',
    '--test-reporter=tap',
    `${folder}/test/my-sink.test.ts`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, options, {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [, passed] = /^# pass (\d+)$/m.exec(stdout) ?? [];
  expect(Number(passed)).toBeGreaterThan(85);
  expect(stdout).toMatch(/^# fail 0$/m);
  // Retention and versions.
  expect(stdout).toMatch(/^# skipped 2$/m);
});
