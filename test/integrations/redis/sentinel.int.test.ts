import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../../sandbox/kafka/certificates.ts';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';
import { type SentinelGroup, startSentinelGroup } from '../../../sandbox/redis/sentinels.ts';
import { endpointOf, type SentinelAddress } from '../../../src/integrations/redis/primary/address.ts';
import { busyChannel, openBusy } from '../../support/redis/busy.ts';
import { watchLink } from '../../support/redis/link.ts';

const sentinelOf = (
  { name, nodes }: SentinelGroup,
  over: Partial<SentinelAddress> = {},
): SentinelAddress => ({
  name,
  nodes: nodes.map(endpointOf),
  ...over,
});

let dir: Awaited<ReturnType<typeof tempDir>>;
let pem: Certificates;
beforeAll(async () => {
  dir = await tempDir('redis-tls');
  pem = await makeCertificates(dir.path);
  await chmod(dir.path, 0o755);
});
afterAll(() => dir[Symbol.asyncDispose]());

/** Until the primary that was killed is followed to the other; what was told to be on record is. */
const followsTheNext = async (
  busy: ReturnType<typeof openBusy>,
  kill: () => Promise<unknown>,
): Promise<void> => {
  await busy.becomes('good');
  await busy.nudges.nudge('lane', [busyChannel]);
  for (let i = 0; i < 5; i++) expect(await busy.takeIn()).toBe(true);
  await expect.poll(busy.passes, { timeout: 20_000 }).toBeGreaterThan(2);
  // Copying takes a moment; without it the test would be one of lost writes.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await kill();
  await expect.poll(busy.takeIn, { timeout: 60_000, interval: 50 }).toBe(true);
  const before = busy.passes();
  await expect.poll(busy.passes, { timeout: 30_000 }).toBeGreaterThan(before + 2);
  expect(await busy.onRecord()).toHaveLength(busy.made());
  await busy.becomes('good');
  await busy.stop();
};

test('the primary is killed: records, lanes and jobs go on where the Sentinels say', {
  timeout: 180_000,
}, async () => {
  await using group = await startSentinelGroup();
  const busy = openBusy({ sentinel: sentinelOf(group) });
  await followsTheNext(busy, () => group.servers[0].kill());
});

test('passwords of servers and Sentinels, TLS with their own authority, certificates of clients', {
  timeout: 180_000,
}, async () => {
  const server = { ca: pem.ca, cert: join(dir.path, 'server.pem'), key: join(dir.path, 'server.key') };
  await using group = await startSentinelGroup({ password: 'one', sentinelPassword: 'other', tls: server });
  const tls = {
    ca_file: pem.ca,
    cert_file: pem.clientCert,
    key_file: pem.clientKey,
    server_name: pem.serverName,
  };
  const login = { password: 'one' };
  using wrong = watchLink({ login, tls, sentinel: sentinelOf(group, { tls, login: { password: 'one' } }) });
  await wrong.becomes('sentinel_password');
  using plain = watchLink({ login, sentinel: sentinelOf(group, { login: { password: 'other' } }) });
  await plain.becomes('sentinels_away');
  const sentinel = sentinelOf(group, { tls, login: { password: 'other' } });
  await followsTheNext(openBusy({ login, tls, sentinel }), () => group.servers[0].kill());
});

test('what is wrong is said in words', { timeout: 120_000 }, async () => {
  await using group = await startSentinelGroup();
  using unknown = watchLink({ sentinel: sentinelOf(group, { name: 'nobody' }) });
  await unknown.becomes('sentinel_name');
  const nobody = { host: '127.0.0.1', port: await freePort() };
  using away = watchLink({ sentinel: sentinelOf(group, { nodes: [nobody] }) });
  await away.becomes('sentinels_away');
  // One that is up is enough to begin with.
  using one = watchLink({
    sentinel: sentinelOf(group, { nodes: [nobody, ...sentinelOf(group).nodes.slice(0, 1)] }),
  });
  await one.becomes('good');
});

test('a primary that still answers, and that the Sentinels do not name any more, is left', {
  timeout: 120_000,
}, async () => {
  await using group = await startSentinelGroup();
  await using other = await startSentinelGroup();
  using watched = watchLink({ sentinel: sentinelOf(group) });
  await watched.becomes('good');
  const [{ port }] = other.servers;
  expect(watched.link.redis.stream.remotePort).toBe(group.servers[0].port);
  await group.tell('remove', group.name);
  await group.tell('monitor', group.name, '127.0.0.1', String(port), '2');
  await expect.poll(() => watched.link.redis.stream.remotePort, { timeout: 30_000 }).toBe(port);
  await expect.poll(() => watched.link.writes.stream.remotePort, { timeout: 30_000 }).toBe(port);
  await watched.becomes('good');
});
