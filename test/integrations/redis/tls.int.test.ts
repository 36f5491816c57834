import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../../sandbox/kafka/certificates.ts';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { tlsProblems } from '../../../src/integrations/redis/primary/tls.ts';
import { busyChannel, openBusy } from '../../support/redis/busy.ts';
import { watchLink } from '../../support/redis/link.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let pem: Certificates;
let redis: RedisServer;
let url: string;
beforeAll(async () => {
  dir = await tempDir('redis-tls');
  pem = await makeCertificates(dir.path);
  await chmod(dir.path, 0o755);
  const port = await freePort();
  url = `rediss://127.0.0.1:${port}`;
  redis = await startRedis({
    args: [
      ...['--tls-port', String(port), '--tls-ca-cert-file', pem.ca, '--tls-auth-clients', 'yes'],
      ...['--tls-cert-file', join(dir.path, 'server.pem'), '--tls-key-file', join(dir.path, 'server.key')],
    ],
  });
});
afterAll(async () => {
  await redis.stop();
  await dir[Symbol.asyncDispose]();
});
const own = () => ({ cert_file: pem.clientCert, key_file: pem.clientKey });
const trusted = () => ({ ca_file: pem.ca, server_name: pem.serverName });

test('its own authority and a certificate of farmhand’s own: records, jobs, lanes', async () => {
  const busy = openBusy({ url, tls: { ...trusted(), ...own() } });
  await busy.becomes('good');
  await busy.nudges.nudge('lane', [busyChannel]);
  expect(await busy.takeIn()).toBe(true);
  await expect.poll(busy.passes, { timeout: 20_000 }).toBeGreaterThan(2);
  await busy.stop();
});

test('what is wrong is said in words', async () => {
  using nobody = watchLink({ url });
  await nobody.becomes('certificate');
  using name = watchLink({ url, tls: { ca_file: pem.ca, ...own() } });
  await name.becomes('certificate');
  using shown = watchLink({ url, tls: trusted() });
  await shown.becomes('client_certificate');
  using missing = watchLink({ url, tls: { ...trusted(), ...own(), key_file: join(dir.path, 'none') } });
  await missing.becomes('tls_files');
});

test('files that are renewed in place count for the next connection', async () => {
  const ca_file = join(dir.path, 'mounted.pem');
  await copyFile(pem.clientCert, ca_file);
  using watched = watchLink({ url, tls: { ...trusted(), ...own(), ca_file } });
  await watched.becomes('certificate');
  await copyFile(pem.ca, ca_file);
  await watched.becomes('good');
});

test('files that cannot be used are all named before anything is tried', async () => {
  const [none, junk] = [join(dir.path, 'none'), join(dir.path, 'junk.pem')];
  await writeFile(junk, 'no certificate');
  expect(await tlsProblems('redis.tls', { ca_file: none, ...own(), key_file: none })).toMatchObject([
    { path: 'redis.tls.ca_file', message: expect.stringContaining('cannot be read: ENOENT') },
    { path: 'redis.tls.key_file' },
  ]);
  expect(await tlsProblems('redis.tls', { ...own(), cert_file: junk })).toMatchObject([
    { path: 'redis.tls' },
  ]);
  expect(await tlsProblems('redis.tls', { ...trusted(), ...own() })).toEqual([]);
  expect(await tlsProblems('redis.tls', true)).toEqual([]);
});
