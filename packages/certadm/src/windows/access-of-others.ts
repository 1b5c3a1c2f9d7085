/** What a security descriptor lets others do than those who rule the machine anyway. */
import type { AccessEntry, SecurityDescriptor } from './security-descriptor.ts';
import { wellKnownSids } from './sid.ts';

/** SIDs, each once. */
export interface SidsWithAccess {
  readonly mayRead: readonly string[];
  readonly mayWrite: readonly string[];
  /** When it is one of the others. */
  readonly owner?: string;
}

/** FILE_READ_DATA, which is FILE_LIST_DIRECTORY of a folder. */
const read = 0x1;
/** FILE_WRITE_DATA, FILE_APPEND_DATA, which of a folder add files and folders; FILE_DELETE_CHILD, DELETE. */
const write = 0x2 | 0x4 | 0x40 | 0x1_0000;
/** WRITE_DAC, WRITE_OWNER: who has one gives himself the rest. */
const takeOver = 0x4_0000 | 0x8_0000;
const genericRead = 0x8000_0000;
const genericWrite = 0x4000_0000;
const genericAll = 0x1000_0000;

/** The built-in Administrator, Domain Admins, Enterprise Admins: numbers of a machine or domain that change nowhere. */
const administratorsOfDomain = /^S-1-5-21-\d+-\d+-\d+-(?:500|512|519)$/;

/**
 * Left out are SYSTEM, Administrators, TrustedInstaller, the built-in Administrator, Domain Admins, Enterprise Admins,
 * the current account; CREATOR OWNER, whom nobody is, and OWNER RIGHTS, since the owner is looked at: he may write, for
 * he can change the list. A denial counts for its own SID, Everyone's for all; that somebody is a member of a group that is denied doesn't.
 */
export function accessOfOthers(descriptor: SecurityDescriptor, currentAccount: string): SidsWithAccess {
  const { owner, entries = [everythingForEveryone] } = descriptor;
  const owners = owner === undefined ? [] : [{ isAllowed: true, sid: owner, mask: takeOver }];
  const granted = [...grantedRights([...owners, ...entries])].filter(([sid]) => !isTrusted(sid, currentAccount));
  const having = (rights: number): string[] =>
    granted.filter(([, mask]) => (mask & (rights | takeOver)) !== 0).map(([sid]) => sid);
  const access = { mayRead: having(read), mayWrite: having(write) };
  return owner === undefined || isTrusted(owner, currentAccount) ? access : { ...access, owner };
}

const everythingForEveryone: AccessEntry = { isAllowed: true, sid: wellKnownSids.everyone, mask: genericAll };

function isTrusted(sid: string, currentAccount: string): boolean {
  const { system, administrators, trustedInstaller, creatorOwner, ownerRights } = wellKnownSids;
  const trusted = [system, administrators, trustedInstaller, creatorOwner, ownerRights, currentAccount];
  return trusted.includes(sid) || administratorsOfDomain.test(sid);
}

/** The first entry that speaks of a right decides on it. */
function grantedRights(entries: readonly AccessEntry[]): Map<string, number> {
  const granted = new Map<string, number>();
  const denied = new Map<string, number>();
  const deniedTo = (sid: string): number => (denied.get(sid) ?? 0) | (denied.get(wellKnownSids.everyone) ?? 0);
  for (const { isAllowed, sid, mask } of entries) {
    const rights = fileRights(mask);
    if (isAllowed) granted.set(sid, (granted.get(sid) ?? 0) | (rights & ~deniedTo(sid)));
    else denied.set(sid, (denied.get(sid) ?? 0) | rights);
  }
  return granted;
}

/** Generic rights as a file has them. */
function fileRights(mask: number): number {
  const all = (mask & genericAll) === 0 ? 0 : read | write | takeOver;
  const reading = (mask & genericRead) === 0 ? 0 : read;
  const writing = (mask & genericWrite) === 0 ? 0 : write & ~0x1_0040;
  return mask | all | reading | writing;
}
