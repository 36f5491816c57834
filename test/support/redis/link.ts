import { expect } from 'vitest';
import type { RedisAddress } from '../../../src/integrations/redis/primary/address.ts';
import { openRedisLink, type RedisLink } from '../../../src/integrations/redis/shared/link.ts';

export interface WatchedLink extends Disposable {
  readonly link: RedisLink;
  /** Every state that was told, by name. */
  readonly told: readonly string[];
  /** Until the state told last is this. */
  becomes(name: string | RegExp): Promise<void>;
}

/** A link as the app opens it, and what it tells. */
export const watchLink = (to: RedisAddress | string, waitReplicas = 0): WatchedLink => {
  const told: string[] = [];
  const link = openRedisLink({
    ...(typeof to === 'string' ? { url: to } : to),
    commandTimeout: 1_500,
    prefix: 'test',
    waitReplicas,
    onChange: (trouble) => told.push(trouble?.name ?? 'good'),
  });
  return {
    link,
    told,
    becomes: (name) =>
      expect
        .poll(() => told.at(-1), { timeout: 40_000, interval: 20 })
        .toMatch(typeof name === 'string' ? new RegExp(`^${name}$`) : name),
    [Symbol.dispose]: () => link[Symbol.dispose](),
  };
};
