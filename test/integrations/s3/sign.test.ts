import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signedHeaders, type UnsignedCall } from '../../../src/integrations/s3/sign.ts';

const scope = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  now: Date.parse('2013-05-24T00:00:00Z'),
};
const host = 'https://examplebucket.s3.amazonaws.com';
const empty = Buffer.alloc(0);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, “Examples: Signature Calculations”. */
const examples: readonly (readonly [string, UnsignedCall, string])[] = [
  [
    'GET Object',
    { method: 'GET', url: new URL(`${host}/test.txt`), headers: { range: 'bytes=0-9' }, body: empty },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT Object',
    {
      method: 'PUT',
      url: new URL(`${host}/test%24file.text`),
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: Buffer.from('Welcome to Amazon S3.'),
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET Bucket Lifecycle',
    { method: 'GET', url: new URL(`${host}/?lifecycle=`), headers: {}, body: empty },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'Get Bucket (List Objects)',
    { method: 'GET', url: new URL(`${host}/?max-keys=2&prefix=J`), headers: {}, body: empty },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
];

describe('AWS’ own examples', () => {
  test.each(examples)('%s', (_, call, signature) => {
    const headers = signedHeaders(call, scope);
    expect(headers['authorization']).toMatch(new RegExp(`, Signature=${signature}$`));
    expect(headers['authorization']).toContain(
      'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
    );
    expect(headers['x-amz-content-sha256']).toBe(createHash('sha256').update(call.body).digest('hex'));
  });
});

test('the token of a role is sent and signed', () => {
  const credentials = { ...scope.credentials, sessionToken: 'of-a-role' };
  const call = { method: 'GET', url: new URL(`${host}/one`), headers: {}, body: empty } as const;
  const headers = signedHeaders(call, { ...scope, credentials });
  expect(headers['x-amz-security-token']).toBe('of-a-role');
  expect(headers['authorization']).toContain(
    'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,',
  );
});
