import { existsSync } from 'node:fs';
import { access, copyFile, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { logFileName } from '@adcs-backup/ese';
import { type Faults, faultSettings } from './faults.ts';
import { type Issuance, issueCertificates } from './issue-certificates.ts';
import { type CaLayout, layoutOf } from './layout.ts';
import { readReport, type StandinReport } from './report.ts';
import { changeSettings, readSettings, writeSettings } from './settings-file.ts';
import { noteSnapshot } from './snapshot.ts';

/** A stand-in CA: a folder of files, among them the library that serves them. */
export class StandinCa {
  /** Absolute, links resolved. */
  readonly folder: string;
  /** What `--certadm` takes. */
  readonly library: string;
  readonly logFolder: string;
  readonly enrollFolder: string;
  readonly #layout: CaLayout;
  #databaseName: string;

  constructor(folder: string, databaseName: string) {
    this.folder = folder;
    const forWindows = join(folder, 'certadm.dll');
    this.library = existsSync(forWindows) ? forWindows : join(folder, 'certadm.so');
    this.#layout = layoutOf(folder);
    this.logFolder = this.#layout.logFolder;
    this.enrollFolder = this.#layout.enrollFolder;
    this.#databaseName = databaseName;
  }

  /** The first database, where it lies. */
  get databasePath(): string {
    return join(this.logFolder, this.#databaseName);
  }

  /** Changes pages, adds pages, fills and closes logs, moves the checkpoint. */
  async issueCertificates(issuance: Issuance = {}): Promise<void> {
    const state = new Map(await readSettings(this.#layout.state));
    const version = Number(state.get('version')) + 1;
    await changeSettings(this.#layout.state, [['version', version]]);
    const [seed, checkpointLag] = [Number(state.get('seed')), Number(state.get('checkpointLag'))];
    const { databasePath } = this;
    await issueCertificates({ layout: this.#layout, databasePath, seed, version, checkpointLag }, issuance);
  }

  /** From the next call on; earlier faults are forgotten and calls counted anew. */
  async setFaults(faults: Faults): Promise<void> {
    await writeSettings(this.#layout.faults, faultSettings(faults));
  }

  async clearFaults(): Promise<void> {
    await rm(this.#layout.faults, { force: true });
  }

  /** Puts a copy of a real database in the place of all others, served byte for byte. */
  async serveFile(path: string): Promise<void> {
    await copyFile(path, join(this.logFolder, basename(path)));
    await changeSettings(this.#layout.state, [
      ['database', basename(path)],
      ['raw', 1],
    ]);
    this.#databaseName = basename(path);
  }

  /** Whether the SHA-256 of what is handed out is recorded. Slow: off at first. */
  async recordDigests(on: boolean): Promise<void> {
    await changeSettings(this.#layout.state, [['digest', Number(on)]]);
  }

  /** Whether damage on the disk fails reads, as in an engine; without, it is handed out like anything else. */
  async checkReads(on: boolean): Promise<void> {
    await changeSettings(this.#layout.state, [['unchecked', Number(!on)]]);
  }

  /** Deletes a closed log, as somebody might who needs the space. */
  async removeLog(generation: number): Promise<void> {
    await rm(join(this.logFolder, logFileName(generation)));
  }

  /** Puts a closed log of another CA in place of our own of that generation. */
  async putLogOf(other: StandinCa, generation: number): Promise<void> {
    const name = logFileName(generation);
    await access(join(this.logFolder, name));
    await copyFile(join(other.logFolder, name), join(this.logFolder, name));
  }

  /** With circular logging, sessions for logs only are refused. */
  async useCircularLogging(on: boolean): Promise<void> {
    await changeSettings(this.#layout.state, [['circularLogging', Number(on)]]);
  }

  /** What the database remembers after a full backup by volume shadow copy: logs-only sessions are then refused. */
  async takeSnapshot(): Promise<void> {
    await noteSnapshot(this.databasePath);
  }

  async report(): Promise<StandinReport> {
    return await readReport(this.#layout.record);
  }

  async clearReport(): Promise<void> {
    await rm(this.#layout.record, { force: true });
  }
}

/** Opens a CA that was made before. */
export async function openCa(folder: string): Promise<StandinCa> {
  const real = await realpath(folder);
  const state = await readSettings(layoutOf(real).state);
  const database = state.find(([key]) => key === 'database');
  if (database === undefined) throw new Error(`${folder} is not a stand-in CA: its state names no database`);
  return new StandinCa(real, String(database[1]));
}
