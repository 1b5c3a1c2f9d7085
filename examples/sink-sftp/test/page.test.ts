import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { page, pageFiles, writePageTo } from './page.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
// Inside this package, so that what the page imports is found.
const folder = join(root, '.out/page');

const sources = ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'];

/** Codes of the page's table. */
const codes = [...page.matchAll(/^\| `([a-z-]+)` +\| .* \| (?:no|yes|if it may pass) +\| +\d+ +\|$/gm)].map(
  ([, code = '']) => code,
);

describe('the package of the page', () => {
  beforeAll(() => writePageTo(folder));

  it('is all of the code that the page shows', () => {
    expect([...pageFiles.keys()]).toEqual([
      'package.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'src/errors.ts',
      'src/sqlite-sink.ts',
      'src/index.ts',
      'test/contract.test.ts',
      'src/paced-sink.ts',
    ]);
    expect(page.match(/^```(?:ts|json)$/gm)).toHaveLength(pageFiles.size);
  });

  it('compiles, with the codes of the table', async () => {
    expect(codes.length).toBeGreaterThan(9);
    const list = `import type { ErrorCode } from '@adcs-backup/core/sink';\nexport const codes: ErrorCode[] = ${JSON.stringify(codes)};\n`;
    await writeFile(join(folder, 'test/codes.ts'), list);
    const tsc = join(root, '../../node_modules/.bin/tsc');
    const { stdout } = await run(tsc, ['-p', folder, '--customConditions', '@adcs-backup/source']);
    expect(stdout).toBe('');
  });

  it('says of itself what its plug-in says', async () => {
    const { adcsBackup, name } = JSON.parse(pageFiles.get('package.json') ?? '');
    const show = `import('./src/index.ts').then(({ sinkPlugin }) => console.log(JSON.stringify(sinkPlugin)))`;
    const { stdout } = await run(process.execPath, [...sources, '-e', show], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject(adcsBackup);
    expect(name).toBe(`adcs-backup-sink-${adcsBackup.schemes[0]}`);
  });

  it('passes the kit', { timeout: 600_000 }, async () => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const options = [...sources, '--test', '--test-reporter=tap', 'test/contract.test.ts'];
    const { stdout } = await run(process.execPath, options, { cwd: folder, env });
    const [, passed] = /^# pass (\d+)$/m.exec(stdout) ?? [];
    expect(Number(passed)).toBeGreaterThan(85);
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  it('keeps what it declares of pacing and settings', async () => {
    const check = `
      const { conformanceChecks } = await import('@adcs-backup/sink-conformance');
      const { PacedSink } = await import('./src/paced-sink.ts');
      const supports = { retention: false, versions: false, pacing: true };
      const checks = conformanceChecks({ name: 'paced', supports, open: async () => new PacedSink('paced.db') });
      for (const { group, skip, run } of checks) {
        if (!['round trip', 'capabilities', 'pacing', 'settings'].includes(group) || skip !== undefined) continue;
        await run();
        console.log(group);
      }`;
    const { stdout } = await run(process.execPath, [...sources, '--input-type=module', '-e', check], { cwd: folder });
    expect(new Set(stdout.trimEnd().split('\n'))).toEqual(
      new Set(['round trip', 'capabilities', 'pacing', 'settings']),
    );
  });

  it('opens what its URLs name', async () => {
    const open = `
      const { sinkPlugin } = await import('./src/index.ts');
      const sink = await sinkPlugin.open(new URL('sqlite://${folder}/by%20url.db'));
      console.log(sink.location);
      for (const bad of ['sqlite://${folder}/a.db?mode=x', 'sqlite:///a%2Fb']) await sinkPlugin.open(new URL(bad)).catch(({ code }) => console.log(code));`;
    const { stdout } = await run(process.execPath, [...sources, '--input-type=module', '-e', open], { cwd: folder });
    expect(stdout).toBe(`${folder}/by url.db\ninvalid-location\ninvalid-location\n`);
  });
});
