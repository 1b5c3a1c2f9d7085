import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import { closest, type SinkPlugin } from '@adcs-backup/core/sink';
import { findSinkPackage, importSinkPackage, installHint } from './sink-packages.ts';

/** Which package opens which scheme. */

/** Literal imports: only the sink that is used is loaded. */
const builtIn: ReadonlyMap<string, () => Promise<SinkPlugin>> = new Map([
  ['file', async () => (await import('@adcs-backup/sink-disk')).sinkPlugin],
  ['s3', async () => (await import('@adcs-backup/sink-s3')).sinkPlugin],
  ['azblob', async () => (await import('@adcs-backup/sink-azure-blob')).sinkPlugin],
]);

/** Built in first, then `packages` as named by the operator, then `adcs-backup-sink-<scheme>`. */
export async function sinkPluginFor(scheme: string, packages: readonly string[]): Promise<SinkPlugin> {
  const own = builtIn.get(scheme);
  if (own !== undefined) return await own();
  const named: SinkPlugin[] = [];
  for (const name of packages) {
    const plugin = await pluginOf(checkedName(name), required(name));
    if (plugin.schemes.includes(scheme)) return plugin;
    named.push(plugin);
  }
  const guess = `adcs-backup-sink-${scheme}`;
  const known = [...builtIn.keys(), ...named.flatMap((plugin) => plugin.schemes)];
  const plugin = await pluginOf(guess, () => unknownScheme(scheme, guess, known));
  if (plugin.schemes.includes(scheme)) return plugin;
  throw new AdcsBackupError('invalid-location', `package ${guess} opens ${plugin.schemes.join(', ')}, not ${scheme}`);
}

/** Only names: a path could point into a folder that others write to. */
function checkedName(name: string): string {
  if (/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name)) return name;
  throw new AdcsBackupError('invalid-configuration', `${JSON.stringify(name)} is not the name of an npm package`, {
    hint: 'Name an installed package, for example adcs-backup-sink-gs; paths and URLs are not taken.',
  });
}

function required(name: string): (cause: unknown) => AdcsBackupError {
  return (cause) =>
    new AdcsBackupError('invalid-configuration', `sink package ${name} is not installed beside adcs-backup`, {
      hint: installHint(name),
      cause,
    });
}

function unknownScheme(scheme: string, guess: string, known: readonly string[]): AdcsBackupError {
  const near = closest(scheme, known);
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  return new AdcsBackupError('invalid-location', `no sink for ${scheme}: URLs; package ${guess} is not installed`, {
    hint: `${meant}Known: ${known.join(', ')}. Another package is named with --sink-package.`,
  });
}

async function pluginOf(name: string, missing: (cause: unknown) => AdcsBackupError): Promise<SinkPlugin> {
  let found: string;
  try {
    found = findSinkPackage(name);
  } catch (cause) {
    throw AdcsBackupError.is(cause) ? cause : missing(cause);
  }
  return checkedPlugin(name, await loaded(name, found));
}

async function loaded(name: string, found: string): Promise<unknown> {
  try {
    return await importSinkPackage(found);
  } catch (cause) {
    if (AdcsBackupError.is(cause)) throw cause;
    throw new AdcsBackupError('invalid-configuration', `sink package ${name} can't be loaded: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function checkedPlugin(name: string, exports: unknown): SinkPlugin {
  const plugin = field(exports, 'sinkPlugin');
  const version = field(plugin, 'sinkApi');
  if (version !== 1) {
    const has = plugin === undefined ? 'exports no sinkPlugin' : `speaks sink API ${String(version)}`;
    throw new AdcsBackupError('invalid-configuration', `sink package ${name} ${has}; this version needs sink API 1`, {
      hint: 'Install a version of the package that fits this version of adcs-backup.',
    });
  }
  if (isPlugin(plugin)) return plugin;
  throw new AdcsBackupError('invalid-configuration', `the sinkPlugin of package ${name} lacks schemes or open`);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isPlugin(value: unknown): value is SinkPlugin {
  return Array.isArray(field(value, 'schemes')) && typeof field(value, 'open') === 'function';
}
