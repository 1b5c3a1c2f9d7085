import { AdcsBackupError, listSets } from '@adcs-backup/core';
import type { BackupSink, SinkSetting } from '@adcs-backup/core/sink';
import { count } from '../output/format.ts';
import type { Run } from '../run.ts';
import { sinkLocation } from '../sinks/location.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { type Check, checked, failed, notApplicable, ok, warning } from './check.ts';
import { networkChecks } from './check-network.ts';
import { sinkRightsChecks } from './check-sink-rights.ts';

/** Lists the sets in a sink, and asks how it is set up. Writes nothing, and says what that leaves open. */
export async function sinkChecks(run: Run, where: string | undefined, flags: SinkFlags): Promise<readonly Check[]> {
  if (where === undefined) return [notApplicable('sink', 'none was named')];
  return [
    ...(await tried(() => placeChecks(run, where, flags))),
    notApplicable('sink writing', 'doctor writes nothing', 'adcs-backup sink check tries whether it may write.'),
  ];
}

/** The answers, or that there is no sink to ask. */
async function tried(look: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (error) {
    if (!AdcsBackupError.is(error)) throw error;
    return [failed('sink', error)];
  }
}

async function placeChecks(run: Run, where: string, flags: SinkFlags): Promise<readonly Check[]> {
  const location = sinkLocation(where);
  const isFolder = location.kind === 'path' || location.scheme === 'file';
  const way = isFolder ? [] : await networkChecks(location.scheme, flags.caFile);
  if (way.some(({ status }) => status === 'failed')) {
    return [...way, notApplicable('sink', 'not asked: the checks before it failed')];
  }
  const use = { run, where, flags: { ...flags, retryFor: flags.retryFor ?? 0 } };
  const asked = await tried(() =>
    withSink(use, async (sink) => {
      const listed = await checked('sink', () => listCheck(sink, run.signal));
      return [listed, ...(await settingChecks(listed, sink, run.signal))];
    }),
  );
  const rights = isFolder ? await sinkRightsChecks(location.kind === 'path' ? location.path : location.url.href) : [];
  return [...way, ...asked, ...rights];
}

async function listCheck(sink: BackupSink, signal: AbortSignal): Promise<Check> {
  const sets = await listSets(sink, { signal });
  return ok('sink', `${sink.location} can be listed: ${count(sets.length, 'set')}`);
}

/** Asked for also where listing was refused: then the credentials are of interest. */
async function settingChecks(listed: Check, sink: BackupSink, signal: AbortSignal): Promise<readonly Check[]> {
  if (listed.status === 'failed' && listed.code === 'sink-unreachable') return [];
  try {
    return ((await sink.settings?.({ signal })) ?? []).map(settingCheck);
  } catch (error) {
    if (!AdcsBackupError.is(error)) throw error;
    // Refused once more: that says nothing new.
    return listed.status === 'failed' ? [] : [failed('sink settings', error)];
  }
}

function settingCheck({ name: setting, state, message, warning: danger }: SinkSetting): Check {
  const name = `sink ${setting}`;
  if (danger !== undefined) return warning(name, message, danger);
  return state === 'unknown' ? { name, status: 'unknown', message } : ok(name, message);
}
