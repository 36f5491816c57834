import { isMap, isScalar, type Node, visit } from 'yaml';

/** How files begin that are no values as they stand, and what people call them. */
const beginnings: readonly (readonly [string, string])[] = [
  ['\0GITCRYPT\0', 'is encrypted with git-crypt'],
  ['$ANSIBLE_VAULT;', 'is encrypted with Ansible Vault'],
  ['age-encryption.org/', 'is encrypted with age'],
  ['-----BEGIN AGE ENCRYPTED FILE', 'is encrypted with age'],
  ['-----BEGIN PGP MESSAGE', 'is encrypted with PGP'],
  ['version https://git-lfs.github.com/', 'is a pointer of Git LFS, not the file itself'],
];

/** Why a file that was read is not even the text of values; undefined: it may be. */
export const otherThanYaml = (bytes: Uint8Array): string | undefined => {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).replace(/^\u00ef\u00bb\u00bf/, '');
  const found = beginnings.find(([beginning]) => start.startsWith(beginning));
  if (found) return `${found[1]}; keep the values that farmhand reads in a plain file`;
  return bytes.includes(0) ? 'is a binary file, not YAML' : undefined;
};

/**
 * Why a number of this file cannot be changed without the means to encrypt it. sops keeps a code over all values of a
 * file, plain ones included: after any edit from outside it refuses to decrypt. `mac_only_encrypted` leaves the plain
 * ones out.
 */
export const closedBy = (root: Node): { readonly problem: string; readonly offset?: number } | undefined => {
  let mac: number | undefined;
  let secret: number | undefined;
  let plainIsFree = false;
  visit(root, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== 'sops' || !isMap(value)) return;
      if (!['mac', 'lastmodified', 'version'].some((known) => value.has(known))) return;
      mac ??= key.range?.[0] ?? 0;
      plainIsFree ||= value.get('mac_only_encrypted') === true;
    },
    Scalar(_, { value, range }) {
      if (typeof value === 'string' && value.startsWith('ENC[AES256_GCM,')) secret ??= range?.[0] ?? 0;
    },
  });
  const offset = mac ?? secret;
  if (offset === undefined || (mac !== undefined && plainIsFree)) return undefined;
  return {
    problem:
      'is in a file under sops, which could not be decrypted after farmhand changed it; move the number to a values file without secrets, or encrypt this one with mac_only_encrypted: true',
    offset,
  };
};
