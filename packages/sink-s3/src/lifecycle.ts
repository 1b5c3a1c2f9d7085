import type { SinkSetting } from '@adcs-backup/core/sink';
import type { LifecycleExpiration, LifecycleRule } from '@aws-sdk/client-s3';

/** What the server does to objects as they age. */

const archives: readonly (string | undefined)[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** Warns of rules that take objects below `prefix` away. */
export function lifecycleSetting(rules: readonly LifecycleRule[], prefix: string): SinkSetting {
  const ours = rules.filter((rule) => applies(rule, prefix));
  if (ours.length === 0) {
    const message = rules.length === 0 ? 'no rules' : `none of ${rules.length} rules is about these objects`;
    return { name: 'lifecycle', state: 'off', message };
  }
  const dangers = ours.flatMap(dangersOf);
  return {
    name: 'lifecycle',
    state: 'on',
    message: `${ours.length} of ${rules.length} rules are about these objects: ${ours.map(nameOf).join(', ')}`,
    ...(dangers.length === 0 ? {} : { warning: dangers.join(' ') }),
  };
}

/** Tags are on none of our objects. */
function applies({ Status, Filter, Prefix }: LifecycleRule, prefix: string): boolean {
  if (Status !== 'Enabled') return false;
  if (Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0) return false;
  const about = Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '';
  return about.startsWith(prefix) || prefix.startsWith(about);
}

function dangersOf(rule: LifecycleRule): readonly string[] {
  const { Expiration, NoncurrentVersionExpiration, Transitions = [], NoncurrentVersionTransitions = [] } = rule;
  const name = nameOf(rule);
  const dangers: string[] = [];
  if (Expiration?.Days !== undefined || Expiration?.Date !== undefined) {
    dangers.push(
      `Rule ${name} deletes objects ${whenOf(Expiration)}, also those that newer sets build on: take it away.`,
    );
  }
  if (NoncurrentVersionExpiration?.NoncurrentDays !== undefined) {
    const days = NoncurrentVersionExpiration.NoncurrentDays;
    dangers.push(
      `Rule ${name} deletes what was replaced or deleted after ${days} days: older versions help only so long.`,
    );
  }
  if ([...Transitions, ...NoncurrentVersionTransitions].some(({ StorageClass }) => archives.includes(StorageClass))) {
    dangers.push(
      `Rule ${name} moves objects into an archive, where backups and restores can't read them: take it away.`,
    );
  }
  return dangers;
}

function nameOf({ ID }: LifecycleRule): string {
  return JSON.stringify(ID ?? 'without a name');
}

function whenOf({ Days, Date: date }: LifecycleExpiration): string {
  return date === undefined ? `after ${Days} days` : `on ${date.toISOString().slice(0, 10)}`;
}
