import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from './built-executable.ts';
import { machine, newCa, newFolder, programFolder, type WindowsFolder } from './windows.ts';

/** What somebody puts where the executable might look is not run. */

/** The executable in a folder of its own, gone after the test. */
async function installed(name: string): Promise<WindowsFolder> {
  const folder = await newFolder(name);
  await cp(packageFolder, folder.here, { recursive: true });
  return folder;
}

async function putSink(folder: WindowsFolder, source: string): Promise<void> {
  const place = join(folder.here, 'sinks', 'node_modules', 'adcs-backup-sink-toy');
  await mkdir(place, { recursive: true });
  const manifest = { name: 'adcs-backup-sink-toy', version: '1.0.0', type: 'module', exports: './index.js' };
  await writeFile(join(place, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(place, 'index.js'), source);
}

/** Tells that it was loaded by refusing. */
const toySink = `
await Promise.resolve();
export const sinkPlugin = {
  sinkApi: 1, schemes: ['toy'], summary: 'a toy', urlForm: 'toy://name',
  open() { throw Object.assign(new Error('the toy was opened'), { name: 'AdcsBackupError', code: 'sink-denied' }); },
};`;

describe('koffi.node beside the executable', () => {
  it('is loaded by its full path and only with the digest that was built in', async () => {
    const program = await installed('Tampered');
    const run = () => machine.run(`${program.path}\\adcs-backup.exe`, ['doctor', '--json']);
    const addon = await readFile(join(program.here, 'koffi.node'));
    const firstByteOfCode = 0x400;
    addon.writeUInt8(addon.readUInt8(firstByteOfCode) ^ 1, firstByteOfCode);
    await writeFile(join(program.here, 'koffi.node'), addon);
    const tampered = await run();
    expect(tampered.code).toBe(20);
    expect(tampered.stdout).toContain('koffi.node is not the file that belongs to this executable');
    await rm(join(program.here, 'koffi.node'));
    const missing = await run();
    expect(missing.code).toBe(20);
    expect(missing.stdout).toContain("koffi.node can't be read");
  });

  it('is not looked for in the current folder', async () => {
    const program = await installed('Bare');
    const current = await newFolder('Current');
    await rm(join(program.here, 'koffi.node'));
    await copyFile(join(packageFolder, 'koffi.node'), join(current.here, 'koffi.node'));
    const { code } = await machine.run(`${program.path}\\adcs-backup.exe`, ['doctor'], { cwd: current.here });
    expect(code).toBe(20);
  });
});

describe('the current folder', () => {
  it('gives neither Certadm.dll nor a configuration', async () => {
    const { ca } = await newCa();
    const current = await newFolder('Current');
    await writeFile(join(current.here, 'certadm.dll'), 'not a library');
    await writeFile(join(current.here, 'config.json'), '{ "server": "planted" }');
    const found = await machine.run(`${programFolder}\\adcs-backup.exe`, ['doctor'], { cwd: current.here });
    expect(found.code, found.stdout).toBe(0);
    expect(found.stdout).toContain('C:\\windows\\system32\\certadm.dll');
    expect((await ca.report()).unloads).toBeGreaterThan(0);
  });

  it('has no say by NODE_OPTIONS', async () => {
    const current = await newFolder('Current');
    await writeFile(join(current.here, 'planted.js'), 'process.exit(99)');
    const env = { NODE_OPTIONS: '--require=./planted.js' };
    const options = { cwd: current.here, env };
    const { code } = await machine.run(`${programFolder}\\adcs-backup.exe`, ['--help'], options);
    expect(code).toBe(0);
  });
});

describe('a program that a library begins by its name', () => {
  it('is not looked for in the current folder, as Windows would', async () => {
    const program = await installed('Begun');
    const current = await newFolder('Current');
    await copyFile(join(machine.systemDirectory, 'whoami.exe'), join(current.here, 'planted.exe'));
    // The second time shows that it would have been found.
    const source = `
      import { spawnSync } from 'node:child_process';
      const begin = () => spawnSync('planted').error?.code ?? 'begun';
      const first = begin();
      delete process.env.NoDefaultCurrentDirectoryInExePath;
      throw new Error(first + ', then ' + begin());`;
    await putSink(program, source);
    const args = ['list', 'toy://a'];
    const { stderr } = await machine.run(`${program.path}\\adcs-backup.exe`, args, { cwd: current.here });
    expect(stderr).toContain('ENOENT, then begun');
  });
});

describe('a sink package beside the executable', () => {
  const list = (program: WindowsFolder) =>
    machine.run(`${program.path}\\adcs-backup.exe`, ['list', 'toy://a', '--json']);

  it('is loaded, as the ES module that it is', async () => {
    const program = await installed('Sinks');
    await putSink(program, toySink);
    const { code, stdout } = await list(program);
    expect(stdout).toContain('the toy was opened');
    expect(code).toBe(13);
  });

  it('is refused when others may change it or a folder above, and told whom', async () => {
    const program = await installed('Open');
    await putSink(program, toySink);
    await chmod(join(program.here, 'sinks', 'node_modules'), 0o777);
    const { code, stdout } = await list(program);
    expect(stdout).toContain('sinks\\\\node_modules can be changed by Everyone');
    expect(code).toBe(2);
  });

  it('gets nothing from a node_modules above, where any user can make one', async () => {
    const program = await installed('Above');
    await putSink(program, `import 'planted'; ${toySink}`);
    const planted = await newFolder('node_modules');
    await mkdir(join(planted.here, 'planted'));
    await writeFile(join(planted.here, 'planted', 'index.js'), 'process.exit(99)');
    const { code, stdout } = await list(program);
    expect(stdout).toContain('a sink package would load C:\\\\node_modules\\\\planted\\\\index.js');
    expect(code).toBe(2);
  });

  it('is not looked for in the current folder', async () => {
    const program = await installed('None');
    const current = await newFolder('Current');
    await putSink(current, toySink);
    await cp(join(current.here, 'sinks', 'node_modules'), join(current.here, 'node_modules'), { recursive: true });
    const args = ['list', 'toy://a'];
    const { code, stderr } = await machine.run(`${program.path}\\adcs-backup.exe`, args, { cwd: current.here });
    expect(stderr).toContain('package adcs-backup-sink-toy is not installed');
    expect(code).toBe(2);
  });
});
