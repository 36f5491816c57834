import type { Redis } from 'ioredis';
import { messageOf, type Problem } from '../../../core/errors.ts';
import { tellTrouble, troubleNamed } from '../primary/redis-state.ts';

/** Scripts use KEEPTTL, ZRANGE and TIME as Redis has them since this. */
const oldest = [6, 2] as const;

/** Why records last in a Redis: its append-only file, the word of its provider, or they do not. */
export type Durability = 'aof' | 'managed' | 'none';

export interface DurabilityWanted {
  readonly durability: Durability;
  /** Replicas that must confirm; 0 for none. */
  readonly waitReplicas: number;
}

/** What a Redis says of itself. */
export interface RedisFacts {
  /** INFO by name; undefined: it may not be asked. */
  readonly info: ReadonlyMap<string, string> | undefined;
  /** Why replicas cannot be asked by WAIT, where they have to be. */
  readonly unwaited?: string;
}

export interface RedisVerdict {
  /** Reasons not to start. */
  readonly problems: readonly Problem[];
  /** What nobody can look at, or what was declared. */
  readonly warnings: readonly Problem[];
}

/**
 * Whether this Redis keeps what it is told, as far as it can be asked. Without CONFIG: a managed Redis has none.
 * @throws an error that is worth waiting for: no answer, or too few replicas yet
 */
export const checkRedis = async (redis: Redis, wanted: DurabilityWanted): Promise<RedisVerdict> => {
  const info = await redis.info().then(infoOf, refused);
  if (wanted.waitReplicas === 0) return judgeRedis(wanted, { info });
  const confirmed = await redis.wait(wanted.waitReplicas, 1_000).catch((error: unknown) => {
    refused(error);
    return messageOf(error);
  });
  if (typeof confirmed === 'number' && confirmed < wanted.waitReplicas) {
    throw new Error(
      tellTrouble(troubleNamed('replicas_missing'), `WAIT ${wanted.waitReplicas}: ${confirmed}`),
    );
  }
  return judgeRedis(wanted, { info, ...(typeof confirmed === 'string' && { unwaited: confirmed }) });
};

/** Only a Redis that answers and refuses is judged; one that does not answer is waited for. */
const refused = (error: unknown): undefined => {
  if (error instanceof Error && error.name === 'ReplyError') return undefined;
  throw error;
};

export const infoOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    }),
  );

/** Pure: every problem at once. What was declared as `none` is warned of, and stops nothing but an old version. */
export const judgeRedis = (
  { durability, waitReplicas }: DurabilityWanted,
  { info, unwaited }: RedisFacts,
): RedisVerdict => {
  const old = info ? tooOld(info) : [];
  const lasting = info
    ? [...eviction(info), ...(durability === 'managed' ? [] : appendOnly(info))]
    : [unasked];
  const waits = unwaited === undefined ? [] : [noWait(waitReplicas, unwaited)];
  if (durability === 'none') return { problems: [...old, ...waits], warnings: lasting };
  return {
    problems: [...old, ...lasting, ...waits],
    warnings: info && durability === 'managed' ? onItsWord(info) : [],
  };
};

const tooOld = (info: ReadonlyMap<string, string>): readonly Problem[] => {
  const [major = 0, minor = 0] = (info.get('redis_version') ?? '').split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return [];
  return [
    { path: 'redis version', message: `is ${major}.${minor}; farmhand needs ${oldest.join('.')} or later` },
  ];
};

const eviction = (info: ReadonlyMap<string, string>): readonly Problem[] => {
  const policy = info.get('maxmemory_policy');
  if (policy === undefined || policy === 'noeviction') return [];
  return [
    {
      path: 'redis maxmemory-policy',
      message: `is ${policy}: Redis may drop alerts when memory is short. Set it to noeviction (with a provider: in its parameter group)`,
    },
  ];
};

const appendOnly = (info: ReadonlyMap<string, string>): readonly Problem[] => {
  if (info.get('aof_enabled') === '1') return [];
  return [
    {
      path: 'redis appendonly',
      message:
        'is off: a restart of Redis forgets alerts, and their threads are looked for in Slack. Set it to yes; or say in redis.durability why records last: managed, where a provider keeps them (ElastiCache, MemoryDB); none, where they may be lost',
    },
  ];
};

const unasked: Problem = {
  path: 'redis INFO',
  message:
    'cannot be read, so nobody knows whether records last. Allow it (ACL SETUSER <user> +info), or write redis.durability: none',
};

/** Nothing in this Redis itself speaks for what its provider promises. */
const onItsWord = (info: ReadonlyMap<string, string>): readonly Problem[] => {
  if (info.get('aof_enabled') === '1' || Number(info.get('connected_slaves') ?? 0) > 0) return [];
  return [
    {
      path: 'redis.durability',
      message:
        'is managed, and this Redis shows neither an append-only file nor a replica: that records last is the word of its provider alone',
    },
  ];
};

const noWait = (wanted: number, why: string): Problem => ({
  path: 'redis.wait_replicas',
  message: `is ${wanted}, and this Redis refuses WAIT, so nothing would ever count as durable (${why}). Allow it, or write 0`,
});
