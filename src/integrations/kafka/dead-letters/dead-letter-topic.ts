import kafkajs, { type Admin } from 'kafkajs';
import type { Config } from '../../../config/schema/schema.ts';
import { messageOf, type Problem } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient } from '../client/client.ts';
import type { KafkaSettings, SignToken } from '../client/security.ts';

export type Bounds = Pick<Config['dead_letters'], 'max_age' | 'max_bytes'>;

/** Beside the body a letter has its headers and why it was refused. */
const roomForHeaders = 65_536;

/**
 * Makes the dead-letter topic where there is none and farmhand may: with these bounds, since Kafka's own defaults have
 * none by size. A topic that is there is left as it is. Answers whether it was made; never throws: `checkKafka` says
 * what is missing.
 */
export const makeDeadLetterTopic = async (
  settings: KafkaSettings,
  bounds: Bounds,
  deps: { readonly log: Log; readonly signToken?: SignToken },
): Promise<boolean> => {
  const topic = settings.dead_letter_topic;
  const admin = await createClient(settings, { ...deps, retries: 1 }).then((kafka) => kafka.admin());
  try {
    await admin.connect();
    if ((await admin.listTopics()).includes(topic)) return false;
    const made = await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: 1, configEntries: entries(settings, bounds) }],
    });
    if (made) deps.log.info({ topic, ...bounds }, 'The dead-letter topic was not there, and was made');
    return made;
  } catch (error) {
    deps.log.warn({ topic, error: messageOf(error) }, 'The dead-letter topic could not be made');
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};

/** Kafka drops whole segments, never the one that is written: smaller ones keep it near the bound. */
const entries = (settings: KafkaSettings, { max_age, max_bytes }: Bounds) => {
  const largest = settings.max_message_bytes + roomForHeaders;
  return [
    { name: 'cleanup.policy', value: 'delete' },
    { name: 'retention.ms', value: String(max_age) },
    { name: 'retention.bytes', value: String(max_bytes) },
    { name: 'segment.bytes', value: String(Math.max(2 * largest, Math.ceil(max_bytes / 4))) },
    { name: 'max.message.bytes', value: String(largest) },
  ];
};

/** By which measures a dead-letter topic grows without an end; empty where it does not, or where nobody tells. */
export const unboundedBy = async (topic: string, admin: Admin): Promise<readonly Problem[]> => {
  const asked = ['cleanup.policy', 'retention.ms', 'retention.bytes'];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: asked }],
  });
  const config = new Map(
    resources.flatMap(({ configEntries }) =>
      (configEntries ?? []).map(({ configName, configValue }) => [configName, configValue] as const),
    ),
  );
  const policy = config.get('cleanup.policy') ?? 'delete';
  const missing = policy.includes('delete')
    ? ['retention.ms', 'retention.bytes'].filter((name) => Number(config.get(name) ?? 0) < 0)
    : ['cleanup.policy'];
  if (missing.length === 0) return [];
  const set = missing.map((name) => `${name}=${examples[name]}`).join(',');
  const message = `the topic ${topic} grows without an end: it has no bound by ${missing.map((name) => words[name]).join(' or ')}. Set one: kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${set}`;
  return [{ path: 'kafka.dead_letter_topic', message }];
};

const words: Readonly<Record<string, string>> = {
  'cleanup.policy': 'age or size (its cleanup.policy is compact)',
  'retention.ms': 'age',
  'retention.bytes': 'size',
};

const examples: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'retention.ms': '2592000000',
  'retention.bytes': '1073741824',
};
