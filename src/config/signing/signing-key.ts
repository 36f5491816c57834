import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { KeyProblem } from './bytes.ts';
import { openPgpParts } from './openpgp-key.ts';
import { openSshParts } from './openssh-key.ts';

/** An Ed25519 key that signs commits; which form it came in is the form in which it signs. */
export type SigningKey = {
  readonly privateKey: KeyObject;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
} & (
  | { readonly form: 'ssh' }
  | {
      readonly form: 'openpgp';
      /** Of RFC 9580: 22 (EdDSALegacy, as GnuPG makes them) or 27 (Ed25519). */
      readonly algorithm: 22 | 27;
      /** 20 bytes. */
      readonly fingerprint: Uint8Array;
    }
);

export type ReadKey =
  | { readonly ok: true; readonly key: SigningKey }
  | { readonly ok: false; readonly problem: string };

/** Reads the text of a private key. A problem says nothing of the key itself. */
export const readSigningKey = (text: string): ReadKey => {
  try {
    return read(text.trim());
  } catch {
    return { ok: false, problem: `cannot be read: it is cut off or damaged. ${howTo}` };
  }
};

const howTo =
  'Make one with: gpg --quick-gen-key "farmhand <farmhand@example.com>" ed25519 sign never, without a passphrase, and gpg --armor --export-secret-keys; or ssh-keygen -t ed25519 -N "" -f farmhand';

const read = (text: string): ReadKey => {
  if (text.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----')) {
    const parts = openSshParts(text);
    if (typeof parts === 'string') return { ok: false, problem: `${problems[parts]} ${howTo}` };
    return { ok: true, key: { form: 'ssh', ...keys(parts) } };
  }
  if (text.startsWith('-----BEGIN PGP PRIVATE KEY BLOCK-----')) {
    const parts = openPgpParts(text);
    if (typeof parts === 'string') return { ok: false, problem: `${problems[parts]} ${howTo}` };
    const { algorithm, fingerprint } = parts;
    return { ok: true, key: { form: 'openpgp', ...keys(parts), algorithm, fingerprint } };
  }
  return { ok: false, problem: `must be an OpenPGP or OpenSSH private key, with its first line. ${howTo}` };
};

const problems: Readonly<Record<KeyProblem, string>> = {
  encrypted: 'is protected by a passphrase, which nobody is there to type.',
  other_kind: 'must be an Ed25519 key.',
};

const keys = ({ seed, publicKey }: { readonly seed: Uint8Array; readonly publicKey: Uint8Array }) => {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: base64(seed), x: base64(publicKey) };
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicKey };
};
