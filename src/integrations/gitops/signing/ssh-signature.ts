import { createHash, sign } from 'node:crypto';
import type { SigningKey } from '../../../config/signing/signing-key.ts';

type SshKey = Extract<SigningKey, { form: 'ssh' }>;

/**
 * What `ssh-keygen -Y sign -n git` answers, which is what `git commit -S` asks it with `gpg.format=ssh`.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export const sshSignature = ({ privateKey, publicKey }: SshKey, payload: Uint8Array): string => {
  const about = Buffer.concat([string('git'), string(''), string('sha512')]);
  const hash = createHash('sha512').update(payload).digest();
  const signed = sign(null, Buffer.concat([magic, about, string(hash)]), privateKey);
  const type = string('ssh-ed25519');
  const blob = Buffer.concat([
    magic,
    Buffer.from([0, 0, 0, 1]),
    string(Buffer.concat([type, string(publicKey)])),
    about,
    string(Buffer.concat([type, string(signed)])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
};

const magic = Buffer.from('SSHSIG');

const string = (content: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
