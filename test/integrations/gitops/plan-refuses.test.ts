import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeValues } from '../../../src/integrations/gitops/values/document.ts';
import { readNumber, withNumber } from '../../../src/integrations/gitops/values/number.ts';
import { readValues } from '../../../src/integrations/gitops/values/values.ts';

const file = 'instances/system7.yaml';
const path = ['farmer', 'replicas'];
const top = `tenant: "105861"
cluster: den
namespace: tenant-105861-prod
adminUrl: https://system7-fe1.example:8443
change: gitops
frontends: [system7-fe1, system7-fe2]
dcr: { engine: balance }
`;
const end = 'synchronizer:\n  replicas: 0\n';
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../fixtures/values/${name}`, import.meta.url));

/** What the plan says of a file, and what the commit says of it. */
const both = (bytes: Uint8Array): { readonly plan: readonly string[]; readonly commit: string } => {
  const text = decodeValues(file, bytes);
  const values = text.ok
    ? readValues({ name: 'system7', file, text: text.value, revision: 'c0ffee1' })
    : text;
  const number = readNumber(file, bytes, path);
  return {
    plan: values.ok
      ? []
      : values.problems.map(({ line, message }) => `${line === undefined ? '' : `${line}: `}${message}`),
    commit: number.ok ? '' : number.error,
  };
};

const under =
  'is in a file under sops, which could not be decrypted after farmhand changed it; move the number to a values file without secrets, or encrypt this one with mac_only_encrypted: true';
const beside = 'is beside an alias (*) or a merge (<<); write the values out';
const anchored = 'an anchor (&), so other values would change with it';

describe('what the commit would refuse, the plan refuses, before a ticket or a confirmation', () => {
  test.each<readonly [string, Uint8Array, number, string]>([
    ['a file under sops', fixture('42-sops.yaml'), 16, `farmer.replicas ${under}`],
    ['an alias beside the number', fixture('40a-alias-beside-number.yaml'), 14, `farmer.replicas ${beside}`],
    [
      'a merge beside the number',
      bytesOf(`base: &base { cpu: 1 }\n${top}farmer:\n  <<: *base\n  replicas: 0\n${end}`),
      10,
      `farmer.replicas ${beside}`,
    ],
    [
      'an anchor on the mapping above the number',
      fixture('40c-anchor-on-map.yaml'),
      11,
      `farmer.replicas is under farmer with ${anchored}`,
    ],
    [
      'an anchor on a mapping in one line',
      bytesOf(`${top}farmer: &f { replicas: 0 }\n${end}canary: { <<: *f }\n`),
      8,
      `farmer.replicas is under farmer with ${anchored}`,
    ],
    [
      'an anchor on the whole file',
      bytesOf(`--- &all\n${top}farmer:\n  replicas: 0\n${end}`),
      10,
      `farmer.replicas is under a file with ${anchored}`,
    ],
    [
      'an anchor on the number',
      bytesOf(`${top}farmer:\n  replicas: &n 0\n${end}canary: *n\n`),
      9,
      `farmer.replicas has ${anchored}`,
    ],
    [
      'an alias for the number',
      bytesOf(`n: &n 0\n${top}farmer:\n  replicas: *n\n${end}`),
      10,
      `farmer.replicas ${beside}`,
    ],
    [
      'an alias for the mapping above it',
      bytesOf(`${top}canary: &c\n  replicas: 0\nfarmer: *c\n${end}`),
      10,
      `farmer.replicas ${beside}`,
    ],
    [
      'a tag on the number',
      bytesOf(`${top}farmer:\n  replicas: !!str 0\n${end}`),
      9,
      'farmer.replicas has a tag (tag:yaml.org,2002:str); write it plainly',
    ],
    [
      'a tag on the mapping above it',
      bytesOf(`${top}farmer: !vault\n  replicas: 0\n${end}`),
      8,
      'farmer.replicas is under farmer with a tag (!vault); write it plainly',
    ],
    [
      'a number under quotes',
      bytesOf(`${top}farmer:\n  replicas: "0"\n${end}`),
      9,
      'farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero',
    ],
    [
      'a block of text',
      bytesOf(`${top}farmer:\n  replicas: |\n    0\n${end}`),
      9,
      'farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero',
    ],
    [
      'a template',
      bytesOf(`${top}farmer:\n  replicas: {{ .farmers }}\n${end}`),
      9,
      'farmer.replicas must be a whole number, written out',
    ],
    [
      'a list',
      bytesOf(`${top}farmer:\n  - replicas: 0\n${end}`),
      8,
      'farmer.replicas is in a list, where farmhand changes nothing; give it a key',
    ],
    [
      'a number that sops has encrypted',
      bytesOf(`${top}farmer:\n  replicas: ENC[AES256_GCM,data:VP9Z,iv:Y=,tag:d=,type:int]\n${end}`),
      9,
      `farmer.replicas ${under}`,
    ],
    [
      'the data of sops under another key',
      bytesOf(`${top}farmer:\n  replicas: 0\n${end}meta:\n  sops: { mac: x, version: 3.9.0 }\n`),
      13,
      `farmer.replicas ${under}`,
    ],
  ])('%s', (_, bytes, line, message) => {
    const { plan, commit } = both(bytes);
    expect(commit).toBe(`${file}:${line}: ${message}`);
    expect(plan).toContain(`${line}: ${message}; farmhand commits it there`);
  });

  test.each<readonly [string, Uint8Array, string]>([
    [
      'git-crypt',
      new Uint8Array([0, ...bytesOf('GITCRYPT'), 0, 1, 2, 0xff]),
      'is encrypted with git-crypt; keep the values that farmhand reads in a plain file',
    ],
    [
      'Ansible Vault',
      bytesOf('$ANSIBLE_VAULT;1.1;AES256\n6162\n'),
      'is encrypted with Ansible Vault; keep the values that farmhand reads in a plain file',
    ],
    [
      'Git LFS',
      bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n'),
      'is a pointer of Git LFS, not the file itself; keep the values that farmhand reads in a plain file',
    ],
    ['something binary', new Uint8Array([0x61, 0, 0x62]), 'is a binary file, not YAML'],
    [
      'several documents',
      bytesOf(`${top}farmer:\n  replicas: 0\n${end}---\na: 1\n`),
      '12: a second document begins here; a values file is one',
    ],
    [
      'a key that is there twice',
      bytesOf(`${top}farmer:\n  replicas: 0\n  replicas: 0\n${end}`),
      '10: the key replicas is there twice; keep one',
    ],
  ])('%s', (_, bytes, says) => {
    const { plan, commit } = both(bytes);
    expect(plan).toEqual([says]);
    expect(commit).toBe(`${file}${/^\d/.test(says) ? ':' : ': '}${says}`);
  });
});

test('what is harmless is still taken: a code over secrets alone, CRLF, anchors elsewhere, a key under quotes', () => {
  const sops =
    'password: ENC[AES256_GCM,data:V=,iv:Y=,tag:d=,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:m=,iv:x=,tag:y=,type:str]\n  mac_only_encrypted: true\n  version: 3.9.0\n';
  for (const text of [
    `${top}farmer:\n  replicas: 0\n${end}${sops}`,
    `${top}farmer:\n  replicas: 0\n${end}`.replaceAll('\n', '\r\n'),
    `x: &x { a: 1 }\n${top}farmer:\n  replicas: 0\n${end}uses: *x\n`,
    `${top}"farmer": { "replicas": 0 }\n${end}`,
    `${top}farmer:\n  replicas: 0\n${end}sops: is a word here\n`,
  ]) {
    const bytes = bytesOf(text);
    expect(both(bytes)).toEqual({ plan: [], commit: '' });
    const number = readNumber(file, bytes, path);
    if (!number.ok) throw new Error(number.error);
    expect(new TextDecoder().decode(withNumber(number, 7))).toBe(
      text.replace(/(farmer"?:\s*\{?\s*"?replicas"?: )0/, '$17'),
    );
  }
});
