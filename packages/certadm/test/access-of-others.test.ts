import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOfOthers } from '../src/windows/access-of-others.ts';
import type { AccessEntry } from '../src/windows/security-descriptor.ts';
import { wellKnownSids } from '../src/windows/sid.ts';

const me = 'S-1-5-21-1-2-3-1105';
const users = 'S-1-5-32-545';
const { everyone, administrators, system } = wellKnownSids;
const owner = administrators;
const full = 0x1f01ff;
const readAndExecute = 0x1200a9;

const allow = (sid: string, mask: number): AccessEntry => ({ isAllowed: true, sid, mask });
const deny = (sid: string, mask: number): AccessEntry => ({ isAllowed: false, sid, mask });

describe('accessOfOthers', () => {
  it.each([
    [
      'a file that only those who rule the machine reach',
      [allow(system, full), allow(administrators, full)],
      { mayRead: [], mayWrite: [] },
    ],
    ['the built-in administrator of a domain', [allow('S-1-5-21-9-8-7-500', full)], { mayRead: [], mayWrite: [] }],
    ['the administrators of a domain', [allow('S-1-5-21-9-8-7-512', full)], { mayRead: [], mayWrite: [] }],
    ['the administrators of a forest', [allow('S-1-5-21-9-8-7-519', full)], { mayRead: [], mayWrite: [] }],
    [
      'the users of a domain',
      [allow('S-1-5-21-9-8-7-513', full)],
      { mayRead: ['S-1-5-21-9-8-7-513'], mayWrite: ['S-1-5-21-9-8-7-513'] },
    ],
    ['the account that runs', [allow(me, full)], { mayRead: [], mayWrite: [] }],
    ['CREATOR OWNER and OWNER RIGHTS', [allow('S-1-3-0', full), allow('S-1-3-4', full)], { mayRead: [], mayWrite: [] }],
    ['users who read', [allow(users, readAndExecute)], { mayRead: [users], mayWrite: [] }],
    [
      'users who add files, as in %ProgramData%',
      [allow(users, readAndExecute), allow(users, 0x116)],
      { mayRead: [users], mayWrite: [users] },
    ],
    ['users who only delete', [allow(users, 0x10000)], { mayRead: [], mayWrite: [users] }],
    ['users who delete what is in the folder', [allow(users, 0x40)], { mayRead: [], mayWrite: [users] }],
    ['users who change the list', [allow(users, 0x40000)], { mayRead: [users], mayWrite: [users] }],
    ['users who take the file over', [allow(users, 0x80000)], { mayRead: [users], mayWrite: [users] }],
    ['users who see attributes only', [allow(users, 0x20080)], { mayRead: [], mayWrite: [] }],
    ['generic reading', [allow(users, 0x8000_0000)], { mayRead: [users], mayWrite: [] }],
    ['generic writing', [allow(users, 0x4000_0000)], { mayRead: [], mayWrite: [users] }],
    ['all that there is', [allow(users, 0x1000_0000)], { mayRead: [users], mayWrite: [users] }],
    ['somebody who is denied first', [deny(users, full), allow(users, full)], { mayRead: [], mayWrite: [] }],
    [
      'somebody who is denied too late',
      [allow(users, full), deny(users, full)],
      { mayRead: [users], mayWrite: [users] },
    ],
    [
      'somebody who is denied a part',
      [deny(users, 0x1), allow(users, 0x1200a9 | 2)],
      { mayRead: [], mayWrite: [users] },
    ],
    ['a denial for all', [deny(everyone, full), allow(users, full)], { mayRead: [], mayWrite: [] }],
  ])('knows %s', (_what, entries, access) => {
    expect(accessOfOthers({ owner, entries }, me)).toEqual(access);
  });

  it('takes an owner for somebody who may do everything, since he changes the list', () => {
    expect(accessOfOthers({ owner: users, entries: [] }, me)).toEqual({
      mayRead: [users],
      mayWrite: [users],
      owner: users,
    });
    expect(accessOfOthers({ owner: me, entries: [] }, me)).toEqual({ mayRead: [], mayWrite: [] });
  });

  it('takes a missing list for everybody with every right', () => {
    expect(accessOfOthers({ owner, entries: undefined }, me)).toEqual({ mayRead: [everyone], mayWrite: [everyone] });
  });

  it('never names one of the trusted, and nobody twice', () => {
    const sid = fc.constantFrom(...Object.values(wellKnownSids), me, users, 'S-1-5-11');
    const entry = fc.record({ isAllowed: fc.boolean(), sid, mask: fc.nat({ max: 0xffff_ffff }) });
    fc.assert(
      fc.property(sid, fc.array(entry), (each, entries) => {
        const { mayRead, mayWrite } = accessOfOthers({ owner: each, entries }, me);
        for (const sids of [mayRead, mayWrite]) {
          expect(new Set(sids).size).toBe(sids.length);
          for (const named of sids) expect([everyone, users, 'S-1-5-11']).toContain(named);
        }
      }),
    );
  });

  it('never sees less when somebody is given more', () => {
    const sid = fc.constantFrom(everyone, users, 'S-1-5-11');
    const entry = fc.record({ isAllowed: fc.boolean(), sid, mask: fc.nat({ max: 0xffff_ffff }) });
    fc.assert(
      fc.property(fc.array(entry), sid, fc.nat({ max: 0xffff_ffff }), (entries, given, mask) => {
        const before = accessOfOthers({ owner, entries }, me);
        const after = accessOfOthers({ owner, entries: [...entries, allow(given, mask)] }, me);
        expect(after.mayRead).toEqual(expect.arrayContaining([...before.mayRead]));
        expect(after.mayWrite).toEqual(expect.arrayContaining([...before.mayWrite]));
      }),
    );
  });
});
