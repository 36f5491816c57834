import { Redis } from 'ioredis';
import type { Endpoint, RedisLogin, RedisTls } from './address.ts';
import { tlsNow } from './tls.ts';

/** Whoever does not answer within this is passed over; ms. */
const answerWithin = 1_000;

export interface AskOptions {
  readonly login?: RedisLogin | undefined;
  readonly tls?: RedisTls | boolean | undefined;
}

/** One question to one node, on a connection of its own. @throws what was in the way */
export const askNode = async <T>(
  to: Endpoint,
  { login, tls }: AskOptions,
  ask: (node: Redis) => Promise<T>,
): Promise<T> => {
  const node = new Redis({
    ...{ host: to.host, port: to.port, ...loginOf(login) },
    ...(tls && { tls: await tlsNow(tls) }),
    ...{ connectTimeout: answerWithin, commandTimeout: answerWithin, disconnectTimeout: 100 },
    ...{ lazyConnect: true, enableReadyCheck: false, maxRetriesPerRequest: 0, retryStrategy: () => null },
  });
  let met: Error | undefined;
  node.on('error', (error: Error) => {
    met = error;
  });
  try {
    await node.connect();
    return await ask(node);
  } catch (error) {
    throw met ?? error;
  } finally {
    node.disconnect();
  }
};

export const loginOf = (login: RedisLogin | undefined) => ({
  ...(login?.username !== undefined && { username: login.username }),
  ...(login?.password !== undefined && { password: login.password }),
});
