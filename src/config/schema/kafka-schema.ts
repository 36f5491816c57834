import { z } from 'zod';
import { duration, name, type ResolveSecret, secretField, section, tlsFiles } from './fields.ts';

const mechanism = <const M extends string>(value: M) => z.literal(value).describe('Way to sign in');

/** Intake from Kafka. */
export const kafkaSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);
  const password = {
    username: z.string().min(1).describe('User name, for plain and scram'),
    password: secret('Password, for plain and scram'),
  };
  return section({
    brokers: z
      .array(z.string().regex(/^[^\s:]+:\d+$/, { error: 'must be host:port' }))
      .min(1)
      .describe('Brokers to start from, host:port'),
    client_id: z.string().min(1).default('farmhand').describe('Name towards the brokers'),
    group_id: z
      .string()
      .min(1)
      .default('farmhand')
      .describe('Consumer group; of each installation its own, and required where the file names one'),
    topics: z
      .array(
        section({
          name: z.string().min(1).describe('Topic'),
          tier: name.optional().describe('Tier of its events'),
          cluster: name
            .optional()
            .describe('Cluster of its events: equal alerts of two clusters are two alerts'),
        }),
      )
      .min(1)
      .describe('Topics to read; all events of a topic may be given a tier and a cluster'),
    dead_letter_topic: z
      .string()
      .min(1)
      .default('farmhand-dead-letters')
      .describe(
        'Where messages go that cannot be read; of each installation its own, and required where the file names one',
      ),
    tls: z
      .union([z.boolean(), tlsFiles], {
        error: 'must be true, false, or { ca_file: …, cert_file: …, key_file: … }',
      })
      .default(false)
      .describe('TLS to the brokers'),
    sasl: z
      .discriminatedUnion(
        'mechanism',
        [
          section({ mechanism: mechanism('plain'), ...password }),
          section({ mechanism: mechanism('scram-sha-256'), ...password }),
          section({ mechanism: mechanism('scram-sha-512'), ...password }),
          section({
            mechanism: mechanism('aws-msk-iam'),
            region: z.string().min(1).describe('AWS region of the cluster, for aws-msk-iam'),
            role_arn: z
              .string()
              .min(1)
              .optional()
              .describe('Role to assume, for aws-msk-iam; credentials as for any AWS SDK'),
          }),
        ],
        { error: 'must be plain, scram-sha-256, scram-sha-512 or aws-msk-iam' },
      )
      .optional()
      .describe('How farmhand proves who it is'),
    session_timeout: duration(
      'A consumer silent for this long leaves the group, and others read what it read',
      {
        min: '6s',
        max: '30m',
        why: 'brokers refuse less and more (group.min.session.timeout.ms, group.max.session.timeout.ms)',
      },
    ).prefault('9s'),
    max_message_bytes: z
      .number()
      .int()
      .min(1024)
      .max(268_435_456)
      .default(16_777_216)
      .describe('Larger bodies are dead-lettered; before and after decompression'),
    partitions_in_parallel: z
      .number()
      .int()
      .min(1)
      .max(64)
      .default(3)
      .describe('Partitions that are read at the same time'),
  });
};
