import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { startProcess } from '../../../sandbox/process/process.ts';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { watchLink } from '../../support/redis/link.ts';

/** Past farmhand, as an administrator; one that is closed at once is not missed. */
const asAdmin = async (url: string, run: (admin: Redis) => Promise<unknown>): Promise<void> => {
  const admin = new Redis(url);
  admin.on('error', () => {});
  await run(admin);
  admin.disconnect();
};

describe('a Redis that does not do its work is named, is not “up”, and is “up” again when it does', () => {
  test('full', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    using watched = watchLink(redis.url);
    await watched.becomes('good');
    await asAdmin(redis.url, (admin) => admin.config('SET', 'maxmemory', '1'));
    await watched.becomes('full');
    await asAdmin(redis.url, (admin) => admin.config('SET', 'maxmemory', '0'));
    await watched.becomes('good');
    expect(watched.told).toEqual(['good', 'full', 'good']);
  });

  test('its disk is full', { timeout: 90_000 }, async () => {
    await using dir = await tempDir('gone');
    await using redis = await startRedis({
      appendonly: false,
      args: ['--enable-protected-configs', 'yes'],
    });
    using watched = watchLink(redis.url);
    await watched.becomes('good');
    await asAdmin(redis.url, async (admin) => {
      await admin.config('SET', 'dir', dir.path);
      await rm(dir.path, { recursive: true });
      await admin.config('SET', 'save', '3600 1');
      await admin.bgsave();
    });
    await watched.becomes('disk');
    await asAdmin(redis.url, (admin) => admin.config('SET', 'stop-writes-on-bgsave-error', 'no'));
    await watched.becomes('good');
  });

  test('too few replicas, as Redis counts them', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    using watched = watchLink(redis.url);
    await watched.becomes('good');
    await asAdmin(redis.url, (admin) => admin.config('SET', 'min-replicas-to-write', '1'));
    await watched.becomes('replicas_missing');
    await asAdmin(redis.url, (admin) => admin.config('SET', 'min-replicas-to-write', '0'));
    await watched.becomes('good');
  });

  test('too few replicas, as redis.wait_replicas counts them', { timeout: 90_000 }, async () => {
    await using redis = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    using watched = watchLink(redis.url, 1);
    await watched.becomes('replicas_missing');
    await using _replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(redis.port)] });
    await watched.becomes('good');
  });

  test('asleep, its connections open', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    using watched = watchLink(redis.url);
    await watched.becomes('good');
    redis.pause();
    await watched.becomes('hangs');
    redis.resume();
    await watched.becomes('good');
  });

  test('gone', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    using watched = watchLink(redis.url);
    await watched.becomes('good');
    await redis.kill();
    await watched.becomes('away');
    await redis.restart();
    await watched.becomes('good');
    expect(watched.told).toEqual(['good', 'away', 'good']);
  });

  test('a password that nobody gave, or a wrong one', { timeout: 90_000 }, async () => {
    await using redis = await startRedis({ args: ['--requirepass', 'right'] });
    using none = watchLink(redis.url);
    using wrong = watchLink(redis.url.replace('//', '//:wrong@'));
    using right = watchLink(redis.url.replace('//', '//:right@'));
    await none.becomes('password_wanted');
    await wrong.becomes('password_wrong');
    await right.becomes('good');
  });

  test('a user who lacks rights', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    const user = ['SETUSER', 'few', 'on', '>pw', '~*', '+@all', '-set'];
    await asAdmin(redis.url, (admin) => admin.call('ACL', user));
    using watched = watchLink(redis.url.replace('//', '//few:pw@'));
    await watched.becomes('rights');
    await asAdmin(redis.url, (admin) => admin.call('ACL', ['SETUSER', 'few', '+set']));
    await watched.becomes('good');
  });

  test('no more connections', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    const admin = new Redis(redis.url);
    await admin.config('SET', 'maxclients', '1');
    using watched = watchLink(redis.url);
    // Whether its word is read before the connection is reset is a matter of luck.
    await watched.becomes(/^(connections|hung_up)$/);
    await admin.config('SET', 'maxclients', '100');
    await watched.becomes('good');
    admin.disconnect();
  });
});

describe('an address that leads to something else', () => {
  test('a replica, until it is made the primary', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(redis.port)] });
    using watched = watchLink(replica.url);
    await watched.becomes('replica');
    await asAdmin(replica.url, (admin) => admin.call('REPLICAOF', ['NO', 'ONE']));
    await watched.becomes('good');
    expect(watched.told).toEqual(['replica', 'good']);
  });

  test('a Sentinel', { timeout: 90_000 }, async () => {
    await using dir = await tempDir('sentinel');
    const port = await freePort();
    const conf = join(dir.path, 'sentinel.conf');
    await writeFile(conf, `port ${port}\nbind 127.0.0.1\ndir ${dir.path}\n`);
    await using _sentinel = await startProcess({
      name: 'Sentinel',
      command: 'redis-server',
      args: [conf, '--sentinel'],
      ready: { port },
    });
    using watched = watchLink(`redis://127.0.0.1:${port}`);
    await watched.becomes('sentinel');
    expect(watched.told).toEqual(['sentinel']);
  });

  test('TLS where Redis has none', { timeout: 90_000 }, async () => {
    await using redis = await startRedis();
    using watched = watchLink(redis.url.replace('redis:', 'rediss:'));
    await watched.becomes('tls_silent');
  });

  test('no TLS where Redis has it', { timeout: 90_000 }, async () => {
    // What Redis does with a greeting that is none of TLS: it closes.
    const server = createTcpServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    using watched = watchLink(`redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    await watched.becomes('hung_up');
    server.close();
  });

  test('no Redis at all', { timeout: 90_000 }, async () => {
    const server = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    using watched = watchLink(`redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    await watched.becomes('not_redis');
    server.closeAllConnections();
    server.close();
  });
});
