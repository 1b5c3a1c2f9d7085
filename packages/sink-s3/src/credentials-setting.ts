import type { SinkSetting } from '@adcs-backup/core/sink';

/** What the SDK's chain gives beside the keys. */
export interface CredentialFacts {
  readonly expiration?: Date | undefined;
  readonly sessionToken?: string | undefined;
  /** Marks of the providers that took part. */
  readonly $source?: object;
}

interface Source {
  readonly mark: RegExp;
  readonly text: string;
  /** A new set of keys comes by itself before the old one expires. */
  readonly isRenewed: boolean;
}

/** The first that took part; a profile takes part in many. */
const sources: readonly Source[] = [
  { mark: /PROCESS/, text: 'a credential_process', isRenewed: true },
  { mark: /SSO|LOGIN/, text: 'a login of a user (SSO)', isRenewed: false },
  { mark: /IMDS/, text: 'the role of this machine', isRenewed: true },
  { mark: /WEB_ID/, text: 'a web identity', isRenewed: true },
  { mark: /ASSUME_ROLE/, text: 'a role that is assumed', isRenewed: true },
  { mark: /HTTP/, text: 'a local service for credentials', isRenewed: true },
  { mark: /PROFILE/, text: 'a profile of the AWS files', isRenewed: false },
  { mark: /ENV_VARS/, text: 'the environment', isRenewed: false },
];

/** Where the credentials come from, and whether they last. */
export function credentialsSetting({ expiration, sessionToken, $source = {} }: CredentialFacts): SinkSetting {
  const marks = Object.keys($source);
  const source = sources.find(({ mark }) => marks.some((each) => mark.test(each)));
  const from = source === undefined ? 'given by the program' : `from ${source.text}`;
  const isTemporary = expiration !== undefined || sessionToken !== undefined;
  const until = expiration === undefined ? 'at an unknown time' : `at ${expiration.toISOString()}`;
  const lasting = isTemporary ? `temporary, they expire ${until}` : 'they do not expire';
  return {
    name: 'credentials',
    state: 'on',
    message: `${from}; ${lasting}${isTemporary && source?.isRenewed === true ? ' and are renewed' : ''}`,
    ...(isTemporary && source?.isRenewed === false
      ? { warning: 'Nobody renews these credentials: a task that runs unattended fails once they have expired.' }
      : {}),
  };
}
