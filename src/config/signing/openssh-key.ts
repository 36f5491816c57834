import { armored, byteReader, type KeyProblem } from './bytes.ts';

const magic = 'openssh-key-v1\0';

/** The parts of a key as `ssh-keygen -t ed25519` writes it (openssh-portable, PROTOCOL.key). @throws RangeError */
export const openSshParts = (
  text: string,
): { readonly seed: Uint8Array; readonly publicKey: Uint8Array } | KeyProblem => {
  const file = byteReader(armored(text));
  if (file.take(magic.length).toString('latin1') !== magic) throw new RangeError('no key of OpenSSH');
  const cipher = file.string().toString();
  file.string();
  file.string();
  if (cipher !== 'none') return 'encrypted';
  if (file.number(4) !== 1) throw new RangeError('more than one key');
  file.string();
  const secret = byteReader(file.string());
  const check = secret.number(4);
  if (secret.number(4) !== check) throw new RangeError('its two check numbers differ');
  if (secret.string().toString() !== 'ssh-ed25519') return 'other_kind';
  const publicKey = secret.string();
  return { seed: secret.string().subarray(0, 32), publicKey };
};
