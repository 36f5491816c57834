import type { Config } from '../../config/schema/schema.ts';
import { Secret } from '../../config/schema/secret.ts';
import type { Problem } from '../../core/errors.ts';
import { endpointOf, type RedisAddress, type RedisLogin } from '../../integrations/redis/primary/address.ts';
import { tlsProblems } from '../../integrations/redis/primary/tls.ts';

/** The way to Redis, as the config says it. */
export const redisAddress = ({ url, username, password, tls, sentinel }: Config['redis']): RedisAddress => ({
  login: login(username, password),
  tls,
  ...(sentinel
    ? {
        sentinel: {
          name: sentinel.name,
          nodes: sentinel.nodes.map(endpointOf),
          login: login(sentinel.username, sentinel.password),
          tls: sentinel.tls ?? tls,
        },
      }
    : { url: url instanceof Secret ? url.reveal() : url }),
});

const login = (username: string | undefined, password: Secret | undefined): RedisLogin => ({
  username,
  password: password?.reveal(),
});

/** Every file of certificates that cannot be used. */
export const certificateProblems = async ({
  tls,
  sentinel,
}: Config['redis']): Promise<readonly Problem[]> => [
  ...(await tlsProblems('redis.tls', tls)),
  ...(await tlsProblems('redis.sentinel.tls', sentinel?.tls)),
];

/** For people: where Redis is said to be, without anything secret. */
export const redisPlace = ({ url, sentinel }: Config['redis']): string =>
  sentinel
    ? `${sentinel.name}, as ${sentinel.nodes.join(', ')} say`
    : typeof url === 'string'
      ? url
      : '(from a secret)';
