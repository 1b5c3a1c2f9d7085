/** The commands that keep others out of a file or folder, for an administrator to type. */
import type { SidsWithAccess } from './access-of-others.ts';
import { wellKnownSids } from './sid.ts';

export interface ToClose {
  readonly path: string;
  readonly isFolder: boolean;
  readonly access: SidsWithAccess;
  /** SID, which keeps its access. */
  readonly currentAccount: string;
}

/** Of icacls, one after another; by SIDs, since names are translated, and quoted as both cmd and PowerShell take it. */
export function closingCommands({ path, isFolder, access, currentAccount }: ToClose): readonly string[] {
  const { system, administrators } = wellKnownSids;
  const kept = [...new Set([system, administrators, currentAccount])];
  const grants = kept.map((sid) => `"*${sid}:${isFolder ? '(OI)(CI)' : ''}F"`).join(' ');
  const others = [...new Set([...access.mayRead, ...access.mayWrite])].map((sid) => `"*${sid}"`).join(' ');
  const remove = others === '' ? '' : ` /remove ${others}`;
  const close = `icacls "${path}" /inheritance:r /grant:r ${grants}${remove}`;
  return access.owner === undefined ? [close] : [`icacls "${path}" /setowner "*${administrators}"`, close];
}
