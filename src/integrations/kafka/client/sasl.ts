import { generateAuthToken } from 'aws-msk-iam-sasl-signer-js';
import type { SASLOptions } from 'kafkajs';
import type { KafkaSettings } from './settings.ts';

/** Signs a token of 15 minutes for AWS MSK; credentials come from where every AWS SDK looks for them. */
export type SignToken = (options: { region: string; awsRoleArn?: string }) => Promise<{ token: string }>;

/**
 * How farmhand proves who it is, in kafkajs' words. MSK IAM goes by OAUTHBEARER; kafkajs' own mechanism `aws` is a
 * different, older thing.
 */
export const saslOptions = (
  sasl: NonNullable<KafkaSettings['sasl']>,
  sign: SignToken = generateAuthToken,
): SASLOptions => {
  if (sasl.mechanism === 'aws-msk-iam') {
    const { region, role_arn } = sasl;
    return {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => {
        const signed = await sign({ region, ...(role_arn === undefined ? {} : { awsRoleArn: role_arn }) });
        return { value: signed.token };
      },
    };
  }
  const { mechanism, username, password } = sasl;
  return { mechanism, username, password: password.reveal() };
};
