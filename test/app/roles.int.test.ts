import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../sandbox/process/free-port.ts';
import { type RedisServer, startRedis } from '../../sandbox/redis/start.ts';
import type { ProcessRole } from '../../src/app/shared/run-options.ts';
import { startRole } from './start-role.ts';

let redis: RedisServer;
let outside: Server;
const asked: string[] = [];
beforeAll(async () => {
  redis = await startRedis();
  // Slack, GitHub and a cluster in one: whoever is asked is written down, and answers that it is not available.
  outside = createServer(({ url = '' }, response) => {
    asked.push(url.split('/')[1] ?? '');
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await redis.stop();
  outside.closeAllConnections();
  outside.close();
});

const configText = (port: number, outsideUrl: string, role: ProcessRole): string => `
slack:
  bot_token: { env: BOT }
  app_token: { env: APP }
  default_channel: C0ALERTS
  api_url: ${outsideUrl}/slack/
redis: { url: "${redis.url}", prefix: roles-${port}, durability: none }
http:
  port: ${port}
  sources: [{ name: test, token: { env: TOKEN } }]
  api_token: { env: API }
  readers: [{ name: beta, token: { env: READER }, tiers: ["*"] }]
  audit_token: { env: AUDIT }
jira: { host: "https://jira.invalid", email: bot@example.com, api_token: { env: JIRA }, project: OPS }
alertmanagers: [{ name: am, url: "${outsideUrl}/am", token: { env: AM } }]
sre_api: { url: "${outsideUrl}/sre", token: { env: SRE } }
pagers: [{ name: night, pagerduty: { routing_key: { env: PAGER } } }]
routes: [{ name: all, match: [], channel: C0ALERTS }]
access: { roles: [{ name: sre, verbs: ["*"], instances: ["*"] }], users: { U0123ABCD: [sre] } }
rebuilds:
  channel: C0DCR
  ticket: false
  clusters: [{ name: den }]
  repository:
    { api_url: "${outsideUrl}/github", repo: example/deployments, branch: main, path: instances, token: { env: GITHUB }${role === 'worker' ? '' : ', signing_key: { env: SIGN }'} }
  engine: { token: { env: ENGINE } }
`;

const secret = (of: string) => `${of}-0123456789abcdef0123456789abcdef`;
const [bot, app, repository] = [{ BOT: 'xoxb-1' }, { APP: 'xapp-1' }, { GITHUB: secret('github') }];
const engine = { ENGINE: secret('engine') };
const am = { AM: secret('am') };
const envOf: Readonly<Record<ProcessRole, Readonly<Record<string, string>>>> = {
  intake: { ...bot, ...repository, TOKEN: secret('http') },
  worker: {
    ...{ ...bot, ...repository, ...engine, ...am },
    ...{ JIRA: secret('jira'), SRE: secret('sre'), PAGER: secret('pager') },
  },
  slack: { ...bot, ...app, ...repository, ...engine, ...am },
  api: { ...bot, API: secret('api'), READER: secret('reader'), AUDIT: secret('audit') },
};

/** What a process of this role asks for in its first two seconds. */
const firstAsked = async (role: ProcessRole) => {
  const { port: outsidePort } = outside.address() as AddressInfo;
  const text = configText(await freePort(), `http://127.0.0.1:${outsidePort}`, role);
  asked.splice(0);
  // A secret of another role is not there: whoever asked for it would fail.
  const env = envOf[role];
  const fail = (error: unknown): never => {
    throw error;
  };
  let logged: readonly string[];
  {
    await using app = await startRole({ text, env, role, fail });
    ({ logged } = app);
    if (role === 'intake') await expect.poll(() => asked, { timeout: 15_000 }).toContain('github');
    else await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  expect(logged.filter((line) => line.includes('is not read in this role'))).toEqual([]);
  return [...new Set(asked)].toSorted();
};

test('a process that only answers the API asks for no instances and opens no clusters; one that takes alerts in asks for instances', {
  timeout: 60_000,
}, async () => {
  expect(await firstAsked('api')).toEqual(['slack']);
  expect(await firstAsked('intake')).toEqual(['github', 'slack']);
});

test('who works and who listens have enough with their own secrets', { timeout: 60_000 }, async () => {
  expect(await firstAsked('worker')).toEqual(expect.arrayContaining(['slack']));
  expect(await firstAsked('slack')).toEqual(expect.arrayContaining(['slack']));
});
