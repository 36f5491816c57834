import { generateAuthTokenFromCredentialsProvider } from 'aws-msk-iam-sasl-signer-js';
import { expect, test } from 'vitest';
import { Secret } from '../../../../src/config/schema/secret.ts';
import { type SignToken, saslOptions } from '../../../../src/integrations/kafka/client/security.ts';

test('a password is revealed to the client only', () => {
  const sasl = { mechanism: 'scram-sha-512', username: 'u', password: new Secret('p') } as const;
  expect(saslOptions(sasl)).toEqual({ mechanism: 'scram-sha-512', username: 'u', password: 'p' });
});

test('MSK IAM is OAUTHBEARER with a token that is a signed request to connect', async () => {
  const asked: Parameters<SignToken>[0][] = [];
  // The real signer, with credentials that need no network.
  const sign: SignToken = (options) => {
    asked.push(options);
    return generateAuthTokenFromCredentialsProvider({
      region: options.region,
      awsCredentialsProvider: async () => ({
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'not-a-secret',
        sessionToken: 'session',
      }),
    });
  };
  const options = saslOptions(
    { mechanism: 'aws-msk-iam', region: 'us-gov-west-1', role_arn: 'arn:aws-us-gov:iam::1:role/farmhand' },
    sign,
  );
  if (options.mechanism !== 'oauthbearer') throw new Error(options.mechanism);
  const { value } = await options.oauthBearerProvider();
  expect(asked).toEqual([{ region: 'us-gov-west-1', awsRoleArn: 'arn:aws-us-gov:iam::1:role/farmhand' }]);
  const url = new URL(Buffer.from(value, 'base64url').toString());
  expect(url.host).toBe('kafka.us-gov-west-1.amazonaws.com');
  expect(url.searchParams.get('Action')).toBe('kafka-cluster:Connect');
  expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
  expect(url.searchParams.get('X-Amz-Credential')).toMatch(
    /^AKIDEXAMPLE\/\d{8}\/us-gov-west-1\/kafka-cluster\/aws4_request$/,
  );
  expect(value).not.toContain('not-a-secret');
});
