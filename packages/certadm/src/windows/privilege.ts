/** Switches a privilege of this process on, then back to what it was. */
import { AdcsBackupError } from '@adcs-backup/core';
import { hints } from '../binding/hresult-hints.ts';

/** The token functions of advapi32, with failures already errors. */
export interface TokenApi {
  /** OpenProcessToken of this process, to query and adjust. */
  open(): bigint;
  close(token: bigint): void;
  /** LookupPrivilegeValueW: the 8 bytes of the LUID. */
  lookUp(privilege: string): Uint8Array;
  /**
   * AdjustTokenPrivileges. Both states are 16 bytes: TOKEN_PRIVILEGES of one entry.
   * @returns GetLastError: 0, or 1300 when the token doesn't hold the privilege
   */
  adjust(token: bigint, newState: Uint8Array, previousState: Uint8Array): number;
}

const errorNotAllAssigned = 1300;
const privilegeEnabled = 2;
const stateBytes = 16;

/**
 * @returns what restores the state before
 * @throws `privilege-missing` when the account doesn't hold the privilege
 */
export function enablePrivilege(api: TokenApi, privilege: string): () => void {
  const previous = new Uint8Array(stateBytes);
  adjust(api, enabled(api.lookUp(privilege)), { previous, privilege });
  return () => {
    // Windows reports only what it changed: a count of 0 means that the privilege was on already.
    if (new DataView(previous.buffer).getUint32(0, true) > 0) {
      adjust(api, previous, { previous: new Uint8Array(stateBytes), privilege });
    }
  };
}

/** TOKEN_PRIVILEGES: a count of 1, the LUID, the attributes; 32-bit little-endian numbers. */
function enabled(luid: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(stateBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1, true);
  bytes.set(luid, 4);
  view.setUint32(12, privilegeEnabled, true);
  return bytes;
}

interface Adjustment {
  /** Filled with the state before. */
  readonly previous: Uint8Array;
  readonly privilege: string;
}

function adjust(api: TokenApi, state: Uint8Array, { previous, privilege }: Adjustment): void {
  const token = api.open();
  try {
    if (api.adjust(token, state, previous) === errorNotAllAssigned) {
      throw new AdcsBackupError('privilege-missing', `this account does not hold ${privilege}`, {
        hint: hints.privilege,
      });
    }
  } finally {
    api.close(token);
  }
}
