import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { conformanceChecks } from '../src/index.ts';
import { subjectOn } from './subject.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the package, so that its name and its dependencies are found.
const folder = `${root}/.out/readme`;

/** Runs a file of the folder, and gives what it printed. */
async function run(file: string, ...options: readonly string[]): Promise<string> {
  const all = ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning', ...options];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [...all, `${folder}/test/${file}`], { env });
  return stdout;
}

describe('the examples of the README, on a sink beside them', () => {
  let examples: readonly string[] = [];

  beforeAll(async () => {
    const readme = await readFile(`${root}/README.md`, 'utf8');
    examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example = '']) => example);
    await rm(folder, { recursive: true, force: true });
    await mkdir(`${folder}/test`, { recursive: true });
    await mkdir(`${folder}/src`);
    await cp(new URL('my-sink.ts', import.meta.url), `${folder}/src/index.ts`);
  });

  it("run under Node's own runner", async () => {
    expect(examples[0]).toContain('testSinkConformance(');
    await writeFile(`${folder}/test/my-sink.test.ts`, examples[0] ?? '');
    const printed = await run('my-sink.test.ts', '--test', '--test-reporter=tap');
    const [, passed] = /^# pass (\d+)$/m.exec(printed) ?? [];
    expect(Number(passed)).toBeGreaterThan(85);
    expect(printed).toMatch(/^# fail 0$/m);
    const [, skipped] = /^# skipped (\d+)$/m.exec(printed) ?? [];
    const wanted = conformanceChecks(subjectOn('', ({ sink }) => sink)).filter(({ skip }) => skip !== undefined);
    expect(Number(skipped)).toBe(wanted.length);
  });

  it('report check by check', async () => {
    const call = `
      import { openMySink } from '../src/index.ts';
      const password = 'made-up-for-the-tests';
      const skip = { cancelling: 'slow', disposal: 'slow' };
      await report({ name: 'mine', open: () => openMySink('mysink://here', { password }), skip });`;
    await writeFile(`${folder}/test/report.ts`, (examples[1] ?? '') + call);
    const lines = (await run('report.ts')).trimEnd().split('\n');
    expect(lines).toHaveLength(conformanceChecks(subjectOn('', ({ sink }) => sink)).length);
    expect(lines[0]).toBe('round trip: gives back the same bytes, whatever they are');
    expect(lines).toContain('disposal: leaves nothing behind that keeps the process alive: skipped, slow');
  });
});
