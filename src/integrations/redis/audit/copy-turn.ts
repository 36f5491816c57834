import type { Redis, Result } from 'ioredis';
import type { CopyTurn } from '../../../audit/chain/follower.ts';
import type { Checkpoint } from '../../../audit/chain/verify.mjs';
import { guardedClient } from '../shared/client.ts';

/**
 * KEYS: who is at it, where the last one left it. ARGV: owner, ms. Answers 0 when another is at it; else 1, and number and
 * hash where somebody is sure of them. They are taken out: whoever dies at it leaves nobody sure.
 */
const takeScript = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return {0} end
local known = redis.call('HMGET', KEYS[2], 'seq', 'hash')
redis.call('DEL', KEYS[2])
if known[1] then return {1, known[1], known[2]} end
return {1}
`;

/** KEYS: the same. ARGV: owner, and number and hash where it is sure of them. */
const giveScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
if ARGV[2] then redis.call('HSET', KEYS[2], 'seq', ARGV[2], 'hash', ARGV[3]) end
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandTakeTurn(
      turn: string,
      end: string,
      owner: string,
      ms: number,
    ): Result<[0] | [1, seq?: string, hash?: string], Context>;
    farmhandGiveTurn(turn: string, end: string, ...args: (string | number)[]): Result<0 | 1, Context>;
  }
}

export interface CopyTurnDeps {
  readonly redis: Redis;
  /** Who is at it, and where it was left. */
  readonly keys: { readonly turn: string; readonly end: string };
  /** Unique for this process. */
  readonly owner: string;
  /** Whoever has not ended by then is taken for dead; ms. Default 30 s. */
  readonly ms?: number;
}

/** The same of a copy that says fast enough itself where it ends: several processes may have one, or each its own. */
export const lookingTurn = (turn: CopyTurn): CopyTurn => {
  let end: Checkpoint | undefined;
  return {
    take: (work) =>
      turn.take(async () => {
        end = undefined;
        end = await work(undefined);
        return undefined;
      }),
    end: async () => end,
  };
};

/** The turns of a copy that several processes write. */
export const createCopyTurn = ({ redis, keys, owner, ms = 30_000 }: CopyTurnDeps): CopyTurn => {
  redis.defineCommand('farmhandTakeTurn', { numberOfKeys: 2, lua: takeScript });
  redis.defineCommand('farmhandGiveTurn', { numberOfKeys: 2, lua: giveScript });
  let turns = 0;
  const give = (mine: string, end?: Checkpoint): Promise<0 | 1> =>
    guardedClient('audit', () =>
      redis.farmhandGiveTurn(keys.turn, keys.end, mine, ...(end ? [end.seq, end.hash] : [])),
    );
  return {
    take: async (work) => {
      const mine = `${owner}.${++turns}`;
      const [got, seq, hash] = await guardedClient('audit', () =>
        redis.farmhandTakeTurn(keys.turn, keys.end, mine, ms),
      );
      if (got === 0) return false;
      let end: Checkpoint | undefined;
      try {
        end = await work(seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash });
      } finally {
        await give(mine, end);
      }
      return true;
    },
    end: async () => {
      const [seq, hash] = await guardedClient('audit', () => redis.hmget(keys.end, 'seq', 'hash'));
      return typeof seq === 'string' && typeof hash === 'string' ? { seq: Number(seq), hash } : undefined;
    },
  };
};
