import type { Admin } from 'kafkajs';
import { ConfigError, messageOf, type Problem } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient } from '../client/client.ts';
import { isRefused } from '../client/failures.ts';
import type { KafkaSettings, SignToken } from '../client/security.ts';
import { unboundedBy } from '../dead-letters/dead-letter-topic.ts';

export interface KafkaCheckDeps {
  readonly log: Log;
  readonly signToken?: SignToken;
}

/** One broker of the list, asked alone and once. */
const ask = async (
  settings: KafkaSettings,
  index: number,
  deps: KafkaCheckDeps,
): Promise<{ readonly admin?: Admin; readonly problem?: Problem }> => {
  const broker = settings.brokers[index] ?? '';
  const kafka = await createClient({ ...settings, brokers: [broker] }, { ...deps, retries: 1 });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return { admin };
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    const said = messageOf(error);
    return isRefused(error)
      ? { problem: { path: 'kafka.sasl', message: `${broker} refused the login: ${said}` } }
      : { problem: { path: `kafka.brokers[${index}]`, message: `${broker} cannot be reached: ${said}` } };
  }
};

const missingTopics = async (settings: KafkaSettings, admin: Admin): Promise<readonly Problem[]> => {
  const existing = new Set(await admin.listTopics());
  const unread = settings.topics.flatMap(({ name }, index) =>
    existing.has(name)
      ? []
      : [
          {
            path: `kafka.topics[${index}].name`,
            message: `there is no topic ${name} that farmhand may see; create it, or allow Describe and Read`,
          },
        ],
  );
  const dead = settings.dead_letter_topic;
  if (existing.has(dead)) return [...unread, ...(await unbounded(dead, admin))];
  const message =
    `there is no topic ${dead} that farmhand may see; create it (one partition is enough), or allow Describe and ` +
    'Write. Until then one unreadable message holds up its partition';
  return [...unread, { path: 'kafka.dead_letter_topic', message }];
};

/** Only with the right DescribeConfigs: without it nothing is said of bounds. */
const unbounded = (topic: string, admin: Admin): Promise<readonly Problem[]> =>
  unboundedBy(topic, admin).catch((error: unknown) => [
    {
      path: 'kafka.dead_letter_topic',
      message: `whether the topic ${topic} is bounded by age and size could not be seen (${messageOf(error)}); allow DescribeConfigs on it, or see its retention.ms and retention.bytes yourself`,
    },
  ]);

/**
 * Looks at everything that Kafka has to have for farmhand, and says every problem at once; empty when all is well.
 * Changes nothing. Takes a few seconds at most where brokers do not answer.
 */
export const checkKafka = async (
  settings: KafkaSettings,
  deps: KafkaCheckDeps,
): Promise<readonly Problem[]> => {
  const problems: Problem[] = [];
  if (settings.sasl?.mechanism === 'aws-msk-iam' && settings.tls === false) {
    problems.push({ path: 'kafka.tls', message: 'is off; MSK takes IAM logins over TLS only (tls: true)' });
  }
  const admins: Admin[] = [];
  try {
    const asked = await Promise.all(settings.brokers.map((_, index) => ask(settings, index, deps)));
    for (const { admin, problem } of asked) {
      if (admin !== undefined) admins.push(admin);
      if (problem !== undefined && !problems.some(({ message }) => message === problem.message)) {
        problems.push(problem);
      }
    }
    const [admin] = admins;
    if (admin !== undefined) problems.push(...(await missingTopics(settings, admin)));
  } catch (error) {
    if (error instanceof ConfigError) problems.push(...error.problems);
    else problems.push({ path: 'kafka', message: `could not be looked at: ${messageOf(error)}` });
  } finally {
    await Promise.allSettled(admins.map((admin) => admin.disconnect()));
  }
  return problems;
};
