import type { SigningKey } from '../../../config/signing/signing-key.ts';
import { openPgpSignature } from './openpgp-signature.ts';
import { sshSignature } from './ssh-signature.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface UnsignedCommit {
  readonly tree: string;
  readonly parent: string;
  readonly author: Signature;
  readonly committer: Signature;
  /** Whole seconds since the epoch: git knows no parts of them. */
  readonly seconds: number;
  readonly message: string;
}

/** The commit as git writes it to its database: what is signed is all of it but the signature. */
export const commitObject = ({ tree, parent, author, committer, seconds, message }: UnsignedCommit): string =>
  [
    `tree ${tree}`,
    `parent ${parent}`,
    `author ${author.name} <${author.email}> ${seconds} +0000`,
    `committer ${committer.name} <${committer.email}> ${seconds} +0000`,
    '',
    message,
  ].join('\n');

/** The signature that git, and GitHub, verify; armored. */
export const signCommit = (key: SigningKey, commit: UnsignedCommit): string => {
  const payload = Buffer.from(commitObject(commit));
  return key.form === 'ssh'
    ? sshSignature(key, payload)
    : openPgpSignature(key, payload, commit.seconds * 1_000);
};
