import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const fixture = fileURLToPath(new URL('fixtures/import-sink.ts', import.meta.url));

/** A folder with files; one with packages inside it is what imports are held to. */
async function newFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'within-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

interface Answer {
  readonly exports?: unknown;
  readonly error?: string;
  readonly checked: readonly string[];
}

async function importIn(folder: string, forbidden: readonly string[] = []): Promise<Answer> {
  const options = ['--disable-warning=ExperimentalWarning', '--conditions=@adcs-backup/source', fixture];
  // Neither the current folder nor NODE_PATH may help.
  const env = { ...process.env, NODE_PATH: join(folder, 'node_modules') };
  const args = [...options, join(folder, 'sinks'), 'toy', ...forbidden];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  const answer: Answer = JSON.parse(stdout);
  return answer;
}

const manifest = JSON.stringify({ name: 'toy', type: 'module', exports: { import: './index.js' } });
const toy = 'sinks/node_modules/toy';

it('imports an ES module with what it needs, and has each file checked before', async () => {
  const folder = await newFolder({
    [`${toy}/package.json`]: manifest,
    [`${toy}/index.js`]: 'import { two } from "./more.js"; import part from "part"; export default await two + part;',
    [`${toy}/more.js`]: 'import { sep } from "node:path"; export const two = sep.length + 1;',
    'sinks/node_modules/part/index.js': 'module.exports = require("./rest.js");',
    'sinks/node_modules/part/rest.js': 'module.exports = 3;',
  });
  const { exports, checked } = await importIn(folder);
  expect(exports).toEqual({ default: 5 });
  const files = ['toy/index.js', 'toy/more.js', 'part/index.js', 'part/rest.js'];
  expect(new Set(checked)).toEqual(new Set(files.map((path) => `node_modules/${path}`)));
});

it('loads nothing of a package when one of its files is refused', async () => {
  const folder = await newFolder({
    [`${toy}/package.json`]: manifest,
    [`${toy}/index.js`]: 'import "./more.js"; process.exit(99);',
    [`${toy}/more.js`]: 'process.exit(99);',
  });
  expect(await importIn(folder, ['more.js'])).toMatchObject({ error: 'forbidden' });
});

it.each([
  ['an import', 'import "planted";'],
  ['a require', 'import { createRequire } from "node:module"; createRequire(import.meta.url)("planted");'],
  ['a path', 'import "../../../node_modules/planted/index.js";'],
])('refuses a file from another folder, by %s', async (_how, source) => {
  const folder = await newFolder({
    [`${toy}/package.json`]: manifest,
    [`${toy}/index.js`]: source,
    'node_modules/planted/index.js': 'process.exit(99);',
  });
  const error = expect.stringContaining(`would load ${folder}/node_modules/planted/index.js, which is not in`);
  expect(await importIn(folder)).toMatchObject({ error });
});

it('refuses a package that is a link to another folder', async () => {
  const folder = await newFolder({ 'elsewhere/package.json': manifest, 'elsewhere/index.js': 'process.exit(99);' });
  await mkdir(join(folder, 'sinks', 'node_modules'), { recursive: true });
  await symlink(join(folder, 'elsewhere'), join(folder, toy));
  expect(await importIn(folder)).toMatchObject({
    error: expect.stringContaining('elsewhere/index.js, which is not in'),
  });
});

it('looks nowhere else for a package that is not there', async () => {
  const folder = await newFolder({ 'sinks/package.json': '{}', 'node_modules/other/index.js': '' });
  expect(await importIn(folder)).toMatchObject({
    error: expect.stringContaining("Cannot find package 'toy'"),
    checked: [],
  });
});
