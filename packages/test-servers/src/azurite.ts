import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Certificate, createCertificate } from './certificate.ts';
import { Daemon, isListening } from './daemon.ts';
import { freePort } from './free-port.ts';

/** How to reach a server of Azure Blob Storage: plain data, the same in every process of a test run. */
export interface AzureAccess {
  readonly account: string;
  /** In Base64. */
  readonly key: string;
  /** `http://127.0.0.1:PORT/ACCOUNT` */
  readonly endpoint: string;
  readonly connectionString: string;
  /** PEM of the authority that signed the server's certificate, for `https`. */
  readonly authority?: string;
}

export interface AzureServer extends AsyncDisposable {
  readonly access: AzureAccess;
  readonly pid: number;
  /** `SIGKILL` unless told otherwise. Then Azurite forgets blobs that it acknowledged a moment ago. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** On the same port, over the same folder. */
  restart(): Promise<void>;
}

export interface AzuriteOptions {
  readonly https?: boolean;
  /**
   * Instead of in a folder; then a restart forgets all. After an upload that broke off, Azurite 3.35 closes its file and
   * goes on writing: into whatever the system has opened by that number since, another client's connection for example.
   */
  readonly inMemory?: boolean;
}

/** Azurite with its blobs in a temporary folder. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<AzureServer> {
  const { https = false, inMemory = false } = options;
  const folder = await mkdtemp(join(tmpdir(), 'adcs-backup-azurite-'));
  const certificate = https ? await createCertificate(folder) : undefined;
  const port = await freePort();
  const start = (): Promise<Daemon> => startDaemon(inMemory ? undefined : folder, port, certificate);
  let daemon = await start();
  return {
    access: accessTo(port, certificate),
    get pid() {
      return daemon.pid;
    },
    kill: (signal) => daemon.kill(signal),
    async restart() {
      daemon = await start();
    },
    async [Symbol.asyncDispose]() {
      await daemon.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const main = fileURLToPath(new URL('dist/src/blob/main.js', import.meta.resolve('azurite/package.json')));
const account = 'adcsbackup';
const key = randomBytes(64).toString('base64');

/** Without `--skipApiVersionCheck` it refuses clients that are newer than it is. */
async function startDaemon(
  folder: string | undefined,
  port: number,
  certificate: Certificate | undefined,
): Promise<Daemon> {
  const kept = folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder];
  const where = [...kept, '--blobHost', '127.0.0.1', '--blobPort', `${port}`];
  const how = ['--silent', '--disableTelemetry', '--skipApiVersionCheck'];
  const tls = certificate === undefined ? [] : ['--cert', certificate.certificateFile, '--key', certificate.keyFile];
  const daemon = new Daemon({
    program: process.execPath,
    args: [main, ...where, ...how, ...tls],
    env: { AZURITE_ACCOUNTS: `${account}:${key}` },
  });
  await daemon.until(() => isListening(port));
  return daemon;
}

function accessTo(port: number, certificate: Certificate | undefined): AzureAccess {
  const protocol = certificate === undefined ? 'http' : 'https';
  const endpoint = `${protocol}://127.0.0.1:${port}/${account}`;
  const parts = [`DefaultEndpointsProtocol=${protocol}`, `AccountName=${account}`, `AccountKey=${key}`];
  const connectionString = [...parts, `BlobEndpoint=${endpoint}`].join(';');
  const access = { account, key, endpoint, connectionString };
  return certificate === undefined ? access : { ...access, authority: certificate.authority };
}
