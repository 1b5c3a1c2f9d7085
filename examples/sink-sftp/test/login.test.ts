import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loginOf, loginText } from '../src/login.ts';

describe('the login', () => {
  it('is what the environment says', () => {
    const environment = {
      ADCS_BACKUP_SFTP_KEY: '/keys/ca01',
      ADCS_BACKUP_SFTP_PASSPHRASE: 'made-up-passphrase',
      ADCS_BACKUP_SFTP_AGENT: 'pageant',
      ADCS_BACKUP_SFTP_PASSWORD: 'made-up-password',
      ADCS_BACKUP_SFTP_KNOWN_HOSTS: '/keys/known_hosts',
    };
    expect(loginOf(environment)).toEqual({
      keyFile: '/keys/ca01',
      passphrase: 'made-up-passphrase',
      agent: 'pageant',
      password: 'made-up-password',
      knownHostsFile: '/keys/known_hosts',
    });
  });

  it("takes the account's own file of known hosts unless another one is named", () => {
    const login = loginOf({ ADCS_BACKUP_SFTP_KEY: '/keys/ca01', ADCS_BACKUP_SFTP_KNOWN_HOSTS: '' });
    expect(login.knownHostsFile).toBe(join(homedir(), '.ssh', 'known_hosts'));
  });

  it('is refused when there is nothing to log in by', () => {
    expect(() => loginOf({ ADCS_BACKUP_SFTP_PASSPHRASE: 'alone' })).toThrowError(
      expect.objectContaining({ code: 'invalid-configuration', hint: expect.stringContaining('ADCS_BACKUP_SFTP_KEY') }),
    );
  });

  it('is told without its secrets', () => {
    const login = { keyFile: '/keys/ca01', passphrase: 'made-up-1', agent: 'pageant', password: 'made-up-2' };
    const text = loginText({ ...login, knownHostsFile: '/keys/known_hosts' });
    expect(text).toBe('the key in /keys/ca01, the agent at pageant, a password');
  });
});
