import { describe, expect, it } from 'vitest';
import { enablePrivilege, type TokenApi } from '../src/windows/privilege.ts';

const luid = [0x11, 0, 0, 0, 0, 0, 0, 0];

describe('enablePrivilege', () => {
  it('asks for the privilege by its LUID, enabled', () => {
    const token = new FakeToken();
    enablePrivilege(token, 'SeBackupPrivilege');
    expect(token.adjustments).toEqual([[1, 0, 0, 0, ...luid, 2, 0, 0, 0]]);
    expect(token.lookedUp).toEqual(['SeBackupPrivilege']);
  });

  it('restores the state before', () => {
    const token = new FakeToken({ previous: [1, 0, 0, 0, ...luid, 0, 0, 0, 0] });
    enablePrivilege(token, 'SeBackupPrivilege')();
    expect(token.adjustments.at(-1)).toEqual([1, 0, 0, 0, ...luid, 0, 0, 0, 0]);
  });

  it('leaves a privilege on that was on before: Windows then reports no previous state', () => {
    const token = new FakeToken({ previous: [0] });
    enablePrivilege(token, 'SeBackupPrivilege')();
    expect(token.adjustments).toHaveLength(1);
  });

  it('believes ERROR_NOT_ALL_ASSIGNED, not the success of the call', () => {
    const token = new FakeToken({ lastError: 1300 });
    expect(() => enablePrivilege(token, 'SeBackupPrivilege')).toThrow(
      expect.objectContaining({
        code: 'privilege-missing',
        message: 'this account does not hold SeBackupPrivilege',
        hint: expect.stringContaining('Back up files and directories'),
      }),
    );
  });

  it('closes the token in every case', () => {
    for (const lastError of [0, 1300]) {
      const token = new FakeToken({ lastError, previous: [1] });
      try {
        enablePrivilege(token, 'SeBackupPrivilege')();
      } catch {
        expect(lastError).toBe(1300);
      }
      expect(token.openTokens).toBe(0);
    }
  });
});

interface Answers {
  readonly lastError?: number;
  readonly previous?: readonly number[];
}

class FakeToken implements TokenApi {
  readonly adjustments: number[][] = [];
  readonly lookedUp: string[] = [];
  openTokens = 0;
  readonly #answers: Answers;

  constructor(answers: Answers = {}) {
    this.#answers = answers;
  }

  open(): bigint {
    this.openTokens += 1;
    return 7n;
  }

  close(token: bigint): void {
    expect(token).toBe(7n);
    this.openTokens -= 1;
  }

  lookUp(privilege: string): Uint8Array {
    this.lookedUp.push(privilege);
    return Uint8Array.from(luid);
  }

  adjust(_token: bigint, newState: Uint8Array, previousState: Uint8Array): number {
    this.adjustments.push([...newState]);
    previousState.set(this.#answers.previous ?? []);
    return this.#answers.lastError ?? 0;
  }
}
