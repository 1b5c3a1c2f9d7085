/** Starts servers for a developer: prints how to reach them, and runs until Ctrl-C. */
import { createContainer } from './azure-containers.ts';
import { startAzurite } from './azurite.ts';
import { cephMissing, startCeph } from './ceph.ts';
import { createBucket } from './s3-buckets.ts';
import { sshdMissing, startSshd } from './sshd.ts';

interface Offer {
  /** What to paste into a shell, and where to back up to. */
  readonly lines: readonly string[];
  readonly server: AsyncDisposable;
}

const offers = { s3, azure, sftp };

async function s3(): Promise<Offer> {
  refuse(cephMissing());
  const server = await startCeph();
  const { access } = server;
  await createBucket(access, 'demo');
  const lines = [
    `export AWS_ACCESS_KEY_ID=${access.accessKey} AWS_SECRET_ACCESS_KEY=${access.secretKey}`,
    `# 's3://demo?region=${access.region}&endpoint=${access.endpoint}&force-path-style=true'`,
  ];
  return { server, lines };
}

async function azure(): Promise<Offer> {
  const server = await startAzurite();
  const { access } = server;
  await createContainer(access, 'demo');
  const lines = [
    `export AZURE_STORAGE_CONNECTION_STRING='${access.connectionString}'`,
    `# 'azblob://${access.account}/demo?endpoint=${access.endpoint}'`,
  ];
  return { server, lines };
}

async function sftp(): Promise<Offer> {
  refuse(sshdMissing());
  const server = await startSshd();
  const { user, host, port, folder, keyFile, knownHostsFile } = server.access;
  const lines = [`# key ${keyFile}, known hosts ${knownHostsFile}`, `# sftp://${user}@${host}:${port}${folder}`];
  return { server, lines };
}

function refuse(missing: string | undefined): void {
  if (missing !== undefined) throw new Error(missing);
}

function isOffer(name: string): name is keyof typeof offers {
  return Object.hasOwn(offers, name);
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !isOffer(name));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${Object.keys(offers).join(', ')}`);
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  const running: AsyncDisposable[] = [];
  try {
    for (const [name, start] of Object.entries(offers)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      const { server, lines } = await start();
      running.push(server);
      process.stdout.write(`# ${name}\n${lines.join('\n')}\n\n`);
    }
    process.stdout.write('# Ctrl-C ends them, and deletes what they hold.\n');
    await ended;
  } finally {
    await Promise.all(running.map((server) => server[Symbol.asyncDispose]()));
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`servers: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
