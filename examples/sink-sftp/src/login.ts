import { homedir } from 'node:os';
import { join } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core/sink';

/** How the sink shows who it is, and how it knows the server. */
export interface Login {
  /** Path of a file with a private key, in any format that ssh-keygen writes. */
  readonly keyFile?: string | undefined;
  /** Of the key file, where it is encrypted. */
  readonly passphrase?: string | undefined;
  /** Socket or pipe of an agent that holds keys: `\\.\pipe\openssh-ssh-agent`, `pageant`, a path. */
  readonly agent?: string | undefined;
  readonly password?: string | undefined;
  /** Path of a file of host keys, in OpenSSH's format. */
  readonly knownHostsFile: string;
}

/** From the environment: what stands on a command line can be seen by other users. @throws `invalid-configuration` */
export function loginOf(environment: Readonly<Record<string, string | undefined>>): Login {
  const read = (name: string): string | undefined => environment[`ADCS_BACKUP_SFTP_${name}`] || undefined;
  const login = {
    keyFile: read('KEY'),
    passphrase: read('PASSPHRASE'),
    agent: read('AGENT'),
    password: read('PASSWORD'),
    knownHostsFile: read('KNOWN_HOSTS') ?? join(homedir(), '.ssh', 'known_hosts'),
  };
  if ((login.keyFile ?? login.agent ?? login.password) === undefined) {
    throw new AdcsBackupError('invalid-configuration', 'no key, agent or password is given for the SFTP server', {
      hint: 'Set ADCS_BACKUP_SFTP_KEY to the path of a private key, or ADCS_BACKUP_SFTP_AGENT, or ADCS_BACKUP_SFTP_PASSWORD.',
    });
  }
  return login;
}

/** What it logs in by, for people; no secret. */
export function loginText({ keyFile, agent, password }: Login): string {
  const ways = [
    ...(keyFile === undefined ? [] : [`the key in ${keyFile}`]),
    ...(agent === undefined ? [] : [`the agent at ${agent}`]),
    ...(password === undefined ? [] : ['a password']),
  ];
  return ways.join(', ');
}
