import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import type { Config } from '../../../config/schema/schema.ts';
import { ConfigError, messageOf, type Problem } from '../../../core/errors.ts';

export type KafkaSettings = NonNullable<Config['kafka']>;

/** What every connection needs, without what only the consumer does. */
export type ConnectionSettings = Pick<KafkaSettings, 'brokers' | 'client_id' | 'tls' | 'sasl'>;

/**
 * TLS options with the files read in. @throws ConfigError naming every file that cannot be read.
 */
export const tlsOptions = async (
  tls: KafkaSettings['tls'],
  read: (path: string) => Promise<Buffer>,
): Promise<ConnectionOptions | boolean> => {
  if (typeof tls === 'boolean') return tls;
  const problems: Problem[] = [];
  const load = async (key: 'ca_file' | 'cert_file' | 'key_file'): Promise<Buffer | undefined> => {
    const path = tls[key];
    if (path === undefined) return undefined;
    try {
      return await read(path);
    } catch (error) {
      problems.push({ path: `kafka.tls.${key}`, message: `cannot be read: ${messageOf(error)}` });
      return undefined;
    }
  };
  const [ca, cert, key] = await Promise.all([load('ca_file'), load('cert_file'), load('key_file')]);
  if (problems.length > 0) throw new ConfigError('kafka.tls', problems);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.server_name === undefined ? {} : { servername: tls.server_name }),
  };
};

/** Signs a token of 15 minutes for AWS MSK; credentials come from where every AWS SDK looks for them. */
export type SignToken = (options: { region: string; awsRoleArn?: string }) => Promise<{ token: string }>;

/** AWS' own signer, loaded by whoever has an MSK with IAM. */
const signWithAws: SignToken = async (options) =>
  (await import('aws-msk-iam-sasl-signer-js')).generateAuthToken(options);

/**
 * How farmhand proves who it is, in kafkajs' words. MSK IAM goes by OAUTHBEARER; kafkajs' own mechanism `aws` is a
 * different, older thing.
 */
export const saslOptions = (
  sasl: NonNullable<KafkaSettings['sasl']>,
  sign: SignToken = signWithAws,
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
