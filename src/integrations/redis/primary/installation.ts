import type { Redis } from 'ioredis';
import type { Problem } from '../../../core/errors.ts';

/**
 * KEYS: whose the records are. ARGV: this installation, and the one that it may take them over from ('' for none). Answers
 * whose they are: this one's, unless another has them.
 */
const claimScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= ARGV[2] then return holder end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
`;

export interface Installation {
  readonly name?: string | undefined;
  readonly takes_over?: string | undefined;
}

/**
 * Says on the records whose they are. Two installations on the same records would each post to their own Slack what is the
 * other's, and take its nudges. One without a name looks at nothing, as before there were names.
 * @returns why these records are not this installation's
 */
export const claimRecords = async (
  redis: Redis,
  { key, prefix }: { readonly key: string; readonly prefix: string },
  { name, takes_over: from }: Installation,
): Promise<readonly Problem[]> => {
  if (name === undefined) return [];
  const holder = await redis.eval(claimScript, 1, key, name, from ?? '');
  if (holder === name) return [];
  const message =
    `the records behind ${prefix} are those of another installation, ${String(holder)}, and this one is ${name}. ` +
    'Two on the same records would post each other’s alerts. Give one of them a redis.prefix (or a database) of its own; ' +
    `or, if ${String(holder)} is gone for good and this one takes its place, set installation.takes_over: ${String(holder)}`;
  return [{ path: 'redis.prefix', message }];
};
