import { describe, expect, it } from 'vitest';
import { sinkPlugin } from '../src/index.ts';
import { folderText, sftpLocation } from '../src/location.ts';

describe('an sftp: URL', () => {
  it.each([
    ['sftp://backup@nas/srv/ca01', { host: 'nas', port: 22, user: 'backup', folder: '/srv/ca01' }],
    ['SFTP://backup@nas:2222/srv/ca01/', { host: 'nas', port: 2222, user: 'backup', folder: '/srv/ca01' }],
    ['sftp://backup@nas:22/', { host: 'nas', port: 22, user: 'backup', folder: '/' }],
    ['sftp://backup@[fe80::1]:2222/a', { host: 'fe80::1', port: 2222, user: 'backup', folder: '/a' }],
    ['sftp://DOM%5Cbackup@nas/my%20folder', { host: 'nas', port: 22, user: 'DOM\\backup', folder: '/my folder' }],
    ['sftp://backup@nas/~/ca/01', { host: 'nas', port: 22, user: 'backup', folder: 'ca/01' }],
    ['sftp://backup@nas/~', { host: 'nas', port: 22, user: 'backup', folder: '.' }],
    ['sftp://backup@nas/~/', { host: 'nas', port: 22, user: 'backup', folder: '.' }],
    ['sftp://backup@nas/~other/a', { host: 'nas', port: 22, user: 'backup', folder: '/~other/a' }],
  ])('%s names a user, a server and a folder', (text, location) => {
    expect(sftpLocation(new URL(text))).toEqual(location);
  });

  it.each([
    ['sftp://backup@nas/srv/ca01', 'sftp://backup@nas/srv/ca01'],
    ['sftp://a%40b@[::1]:2222/my%20folder', 'sftp://a%40b@[::1]:2222/my%20folder'],
    ['sftp://backup@nas/~/ca', 'sftp://backup@nas/~/ca'],
  ])('%s is shown as %s', (text, shown) => {
    expect(folderText(sftpLocation(new URL(text)))).toBe(shown);
  });

  it.each([
    ['sftp://backup:canary-password@nas/srv', 'carries a password', /ADCS_BACKUP_SFTP_PASSWORD/],
    ['sftp://nas/srv', 'names no user', /user@host/],
    ['sftp://backup@nas', 'names no folder', /\/folder/],
    ['sftp:///srv', 'names no host', /user@host/],
    ['sftp://backup@nas/srv?key=canary-password', 'has parameters', /user@host/],
    ['sftp://backup@nas/srv#canary-password', 'has parameters', /user@host/],
    ['sftp://backup@nas/a%zz', 'has a % that begins no character', /%25/],
    ['sftp://backup@nas/a%00b', 'has a character that no folder can have', /\/folder/],
    ['ftp://backup@nas/srv', 'ftp:// is not an SFTP server', /sftp:\/\//],
  ])('%s is refused with a remedy, and no secret is repeated', async (text, message, hint) => {
    const opening = sinkPlugin.open(new URL(text));
    await expect(opening).rejects.toMatchObject({
      code: 'invalid-location',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(hint),
    });
    await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining('canary') });
  });
});
