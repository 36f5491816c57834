import type { Redis } from 'ioredis';
import type { Problem } from '../../../core/errors.ts';

/** Scripts use KEEPTTL, ZRANGE and TIME as Redis has them since this. */
const oldest = [6, 2] as const;

/**
 * Whether this Redis keeps what it is told. Every problem at once; an empty list means it does.
 * A managed Redis may hide its config (CONFIG is renamed): then nothing can be said of it, and that is said.
 */
export const checkRedis = async (redis: Redis): Promise<readonly Problem[]> => {
  const info = await redis.info('server');
  const version = /redis_version:(\d+)\.(\d+)/.exec(info);
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  const problems: Problem[] = [];
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    problems.push({
      path: 'redis version',
      message: `is ${major}.${minor}; farmhand needs ${oldest.join('.')} or later`,
    });
  }
  const [policy, appendonly] = await Promise.all([
    setting(redis, 'maxmemory-policy'),
    setting(redis, 'appendonly'),
  ]);
  if (policy !== undefined && policy !== 'noeviction') {
    problems.push({
      path: 'redis maxmemory-policy',
      message: `is ${policy}: Redis may drop alerts when memory is short. Set it to noeviction`,
    });
  }
  if (appendonly !== undefined && appendonly !== 'yes') {
    problems.push({
      path: 'redis appendonly',
      message: 'is off: a restart of Redis forgets alerts, and their threads are opened twice. Set it to yes',
    });
  }
  if (policy === undefined || appendonly === undefined) {
    problems.push({
      path: 'redis CONFIG',
      message:
        'cannot be read, so nobody knows whether records last. Allow CONFIG GET, or set redis.allow_unsafe: true',
    });
  }
  return problems;
};

const setting = async (redis: Redis, name: string): Promise<string | undefined> => {
  try {
    const answer: unknown = await redis.config('GET', name);
    if (Array.isArray(answer)) return typeof answer[1] === 'string' ? answer[1] : undefined;
    const value = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};
