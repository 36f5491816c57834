import type { Config } from '../../config/schema/schema.ts';
import { messageOf } from '../../core/errors.ts';
import { checkKafka } from '../../integrations/kafka/health/check.ts';
import { lookAtGroup } from '../../integrations/kafka/health/look-at-group.ts';
import { checkRedis } from '../../integrations/redis/shared/check.ts';
import { readClock } from '../../integrations/redis/shared/clock.ts';
import type { Log } from '../../observability/log.ts';
import { connectOnce } from '../records/connect-once.ts';
import { clockFinding, type Finding, finding } from './finding.ts';

/** Brokers, login, topics and the group. */
export const lookAtKafka = async (
  kafka: NonNullable<Config['kafka']>,
  log: Log,
): Promise<readonly Finding[]> => {
  const [problems, group] = await Promise.all([
    checkKafka(kafka, { log }),
    lookAtGroup(kafka, { log }).catch((error: unknown) => ({ ok: false, error: messageOf(error) }) as const),
  ]);
  const away = problems.some(({ path }) => /^kafka\.(brokers|sasl|tls)/.test(path));
  return [
    ...problems.map(({ path, message }) =>
      // `serve` makes it where it may.
      finding('kafka', path === 'kafka.dead_letter_topic' ? 'warn' : 'fail', `${path}: ${message}`),
    ),
    ...(problems.length === 0
      ? [finding('kafka', 'ok', `${kafka.brokers.join(', ')} answers, and the topics are there`)]
      : []),
    ...(away && !group.ok ? [] : [groupFinding(kafka.group_id, group)]),
  ];
};

const groupFinding = (name: string, group: Awaited<ReturnType<typeof lookAtGroup>>): Finding => {
  if (!group.ok) {
    return finding(
      'kafka group',
      /authoriz/i.test(group.error) ? 'fail' : 'unknown',
      `the group ${name} cannot be seen: ${group.error}`,
      `Allow Read and Describe on the group ${name}.`,
    );
  }
  if (group.others.length > 0) {
    return finding(
      'kafka group',
      'fail',
      `the group ${name} is also read by ${group.others.join(' and ')}, which is not farmhand: it gets a part of the partitions, and the alerts in them have no threads`,
      'Stop it, or give it a group of its own; then read again what it took: farmhand replay --from ….',
    );
  }
  const members = group.members === 0 ? 'nobody reads in it now' : `${group.members} read in it now`;
  return finding('kafka group', 'ok', `the group ${name} can be used; ${members}`);
};

/** Reads what Redis says of itself, and writes one key that is gone after ten seconds, as `serve` does. */
export const lookAtRedis = async (config: Config, now: () => number): Promise<readonly Finding[]> => {
  const { prefix, durability, wait_replicas: waitReplicas } = config.redis;
  const redis = await connectOnce(config).catch((error: unknown) => messageOf(error));
  if (typeof redis === 'string') return [finding('redis', 'fail', redis)];
  try {
    const verdict = await checkRedis(redis, { durability, waitReplicas }).catch((error: unknown) => ({
      problems: [{ path: 'redis', message: messageOf(error) }],
      warnings: [],
    }));
    const written = await redis.set(`{${prefix}}:doctor`, '1', 'PX', 10_000).then(() => undefined, messageOf);
    const { skew, doubt } = await readClock(redis, now);
    const found = [
      ...verdict.problems.map(({ path, message }) => finding('redis', 'fail', `${path} ${message}`)),
      ...verdict.warnings.map(({ path, message }) => finding('redis', 'warn', `${path} ${message}`)),
      ...(written === undefined ? [] : [finding('redis', 'fail', `takes no write: ${written}`)]),
    ];
    return [
      ...(found.length === 0 ? [finding('redis', 'ok', 'takes writes, and keeps them')] : found),
      clockFinding('Redis', skew, doubt),
    ];
  } finally {
    redis.disconnect();
  }
};
