import { printable } from '../output/printable.ts';

/** What people do next with keys that were made for them. */

export function identityText(recipient: string, privateKeyFile: string): string[] {
  const file = printable(privateKeyFile);
  return [
    `Private key: ${file}`,
    `Public key:  ${recipient}`,
    '',
    'Keep the private key off the CA, and a copy of it in another place: without it nobody can read the sets.',
    "Put the public key into the CA's configuration file,",
    '',
    `  "recipient": "${recipient}"`,
    '',
    `or name it with --recipient. Encrypted sets are restored with --identity ${file}`,
  ];
}

export interface SigningKeyFiles {
  readonly publicKey: string;
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

export function signingKeyText({ publicKey, privateKeyFile, publicKeyFile }: SigningKeyFiles): string[] {
  return [
    `Private key: ${printable(privateKeyFile)}`,
    `Public key:  ${printable(publicKeyFile)}`,
    `             ${publicKey}`,
    '',
    `Name the private key when the CA backs up: --signing-key ${printable(privateKeyFile)}`,
    `Give the public key to those who verify and restore, in a way that nobody can change: --signed-by ${publicKey}`,
  ];
}
