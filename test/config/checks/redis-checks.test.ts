import { expect, test } from 'vitest';
import { redisAddress, redisPlace } from '../../../src/app/records/redis-address.ts';
import { load, minimal, problemLines, tokens } from '../minimal.ts';

const env = { ...tokens, PW: 'canary-one', OTHER: 'canary-other', URL_PW: 'rediss://farm:canary@r:1' };
const redis = (keys: string, given: Record<string, string> = env) =>
  load(minimal(`redis: { ${keys} }\n`), { env: given }).redis;
const problems = (...args: Parameters<typeof redis>) => problemLines(() => redis(...args));
const sentinel = 'sentinel: { name: farm, nodes: ["a:26379", "[fd00::1]:26379"], password: { env: OTHER } }';

test('the way to Redis, as the config says it', () => {
  expect(redisAddress(redis('url: { env: URL_PW }'))).toEqual({
    url: 'rediss://farm:canary@r:1',
    login: {},
  });
  const own = redis(`${sentinel}, username: u, password: { env: PW }, tls: { ca_file: /ca }`);
  expect(redisAddress(own)).toEqual({
    login: { username: 'u', password: 'canary-one' },
    tls: { ca_file: '/ca' },
    sentinel: {
      name: 'farm',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'fd00::1', port: 26_379 },
      ],
      login: { password: 'canary-other' },
      tls: { ca_file: '/ca' },
    },
  });
  expect(redisPlace(own)).toBe('farm, as a:26379, [fd00::1]:26379 say');
  const plain = redis('sentinel: { name: x, nodes: ["a:1"], tls: false }, tls: true');
  expect(redisAddress(plain).sentinel?.tls).toBe(false);
});

test('everything that does not fit is told at once', () => {
  expect(problems(`url: "redis://r", ${sentinel}, tls: { cert_file: /c }`)).toEqual([
    'farmhand.yml:3 redis.url: says where Redis is, and so does redis.sentinel: give one of them. With Sentinels, user and password are redis.username and redis.password',
    'farmhand.yml:3 redis.tls.key_file: is missing; a certificate and its key go together',
  ]);
  expect(problems('url: { env: URL_PW }, username: u, password: { env: PW }, tls: false')).toEqual([
    'farmhand.yml:3 redis.username: is in redis.url as well, and one of them counts: leave the user out of one',
    'farmhand.yml:3 redis.password: is in redis.url as well, and one of them counts: leave the password out of one',
    'farmhand.yml:3 redis.tls: is false, and redis.url asks for TLS: write redis:// there',
  ]);
  expect(problems('url: "redis://r", tls: true')).toEqual([
    'farmhand.yml:3 redis.tls: asks for TLS, and redis.url does not: write rediss:// there',
  ]);
  expect(problems('sentinel: { name: x, nodes: ["redis://a:1", a] }')).toEqual([
    'farmhand.yml:3 redis.sentinel.nodes[0]: must be host:port, such as sentinel-0:26379',
    'farmhand.yml:3 redis.sentinel.nodes[1]: must be host:port, such as sentinel-0:26379',
  ]);
});

test('REDIS_URL beside Sentinels is named by its variable', () => {
  expect(problems(sentinel, { ...env, REDIS_URL: 'redis://r' })).toEqual([
    expect.stringMatching(/^REDIS_URL: .*redis.sentinel: give one of them/),
  ]);
});
