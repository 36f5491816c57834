import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { defaultSeed } from '../../../sandbox/slack/control/seed.ts';
import { startSlackBox } from '../../../sandbox/slack/start.ts';
import { startWorld, type World } from '../../../sandbox/world/world.ts';
import { examineAll } from '../../../src/app/doctor/examine-all.ts';
import type { DoctorReport } from '../../../src/app/doctor/finding.ts';
import { promoteRegion } from '../../../src/app/records/promote.ts';
import { type ProcessRole, processRoles } from '../../../src/app/shared/run-options.ts';
import { runDoctor } from '../../../src/cli/doctor.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ rebuilds: {} });
}, 120_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

interface Wanted {
  readonly change?: (config: Tree) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** How far the clock of this machine is off, ms. */
  readonly off?: number;
  readonly timeout?: number;
  readonly roles?: readonly ProcessRole[];
}
// biome-ignore lint/suspicious/noExplicitAny: a config as YAML, changed by each test where it wants
type Tree = any;

/** What the doctor says of the world, with a few things changed. */
const ask = async ({
  change = () => {},
  env = {},
  off = 0,
  timeout = 30,
  roles = processRoles,
}: Wanted = {}) => {
  const config: Tree = parse(readFileSync(world.configFile, 'utf8'));
  change(config);
  const terminal = {
    ...fakeTerminal({ 'x.yml': stringify(config) }, { ...world.secrets, ...world.rebuilds?.env, ...env }),
    now: () => Date.now() + off,
  };
  const options = { config: 'x.yml', json: true, timeout, role: new Set(roles), version: '1.2.3' };
  const code = await runDoctor(options, terminal, { examineAll });
  const report: DoctorReport = JSON.parse(terminal.stdout());
  const of = (check: string) => report.findings.filter((one) => one.check === check);
  const bad = report.findings.filter(({ state }) => state === 'fail' || state === 'unknown');
  return { code, report, of, bad, text: terminal.stdout() };
};

test('a world as farmhand needs it: everything was looked at, nothing stands in the way', async () => {
  const { code, report, bad } = await ask();
  expect(bad).toEqual([]);
  expect([code, report.farmhand]).toEqual([0, '1.2.3']);
  const seen = new Set(report.findings.map(({ check }) => check.replace(/^instance .*/, 'instance')));
  expect([...seen].toSorted()).toEqual([
    ...['alertmanager', 'clock', 'cluster', 'config', 'instance', 'jira', 'redis', 'repository'],
    ...['slack', 'slack channel', 'slack click', 'slack scopes', 'slack socket', 'sre api'],
  ]);
});

test('it posts nothing, raises nothing, and leaves nothing in Redis', async () => {
  const before = await world.slack.control.journal();
  await ask();
  const since = (await world.slack.control.journal()).slice(before.length).map(({ method }) => method);
  expect([...new Set(since)].toSorted()).toEqual([
    'api.test',
    'apps.connections.open',
    'auth.test',
    'conversations.history',
  ]);
  expect(world.jira.issues()).toEqual([]);
});

describe('what is broken is found, with its fix', () => {
  test('a token that Slack does not know, and it is not printed', async () => {
    const { code, of, text } = await ask({ env: { SLACK_BOT_TOKEN: 'xoxb-canary-12345' } });
    expect(code).toBe(1);
    expect(of('slack')).toMatchObject([{ state: 'fail', says: expect.stringContaining('invalid_auth') }]);
    expect(text).not.toContain('canary');
  });

  test('an app-level token of the wrong kind', async () => {
    const { of } = await ask({ env: { SLACK_APP_TOKEN: 'xapp-canary-12345' } });
    expect(of('slack socket')).toMatchObject([
      { state: 'fail', fix: expect.stringContaining('connections:write') },
    ]);
  });

  test('a scope that the app was not installed with, and a channel without the bot', async () => {
    const scopes = ['chat:write', 'channels:history', 'groups:history', 'commands'];
    const seed = {
      ...defaultSeed,
      bot: { ...defaultSeed.bot, scopes },
      channels: defaultSeed.channels.map((one) =>
        one.id === 'C0FALLBACK' ? { ...one, botIsMember: false } : one,
      ),
    };
    await using slack = await startSlackBox({ seed });
    const { code, of } = await ask({
      change: (config) => {
        config.slack.api_url = slack.apiUrl;
        config.routes[0].channel = 'C0NOWHERE';
      },
    });
    expect(code).toBe(1);
    expect(of('slack scopes').map(({ state, says }) => `${state} ${says.split(' ')[0]}`)).toEqual([
      ...['warn app_mentions:read', 'warn files:write', 'warn im:history', 'warn im:write'],
      ...['warn usergroups:read', 'warn users:read', 'warn users:read.email'],
    ]);
    const refused = of('slack channel').filter(({ state }) => state === 'fail');
    expect(refused.map(({ says }) => says)).toContainEqual(
      expect.stringMatching(/^C0NOWHERE \(route .*\): channel_not_found$/),
    );
    expect(refused.map(({ says }) => says)).toContainEqual(
      'C0FALLBACK (slack.fallback_channel): not_in_channel',
    );
  });

  test('a Redis without its append-only file, and one that is not there', async () => {
    await using redis = await startRedis({ appendonly: false, maxmemoryPolicy: 'allkeys-lru' });
    const { code, of } = await ask({
      change: (config) => {
        config.redis.url = redis.url;
      },
    });
    expect(code).toBe(1);
    expect(of('redis')).toMatchObject([
      { state: 'fail', says: expect.stringMatching(/^redis maxmemory-policy is allkeys-lru/) },
      { state: 'fail', says: expect.stringMatching(/^redis appendonly is off/) },
    ]);
    const away = await ask({
      change: (config) => {
        config.redis.url = 'redis://127.0.0.1:1';
      },
    });
    expect(away.of('redis')).toMatchObject([{ state: 'fail', says: expect.stringContaining('redis.url') }]);
  });

  test('a field of Jira that is not there, and a token that has expired', async () => {
    const { code, of } = await ask({
      change: (config) => {
        config.jira.alert_fields = { 'Nobody’s field': 'x' };
      },
    });
    expect(code).toBe(1);
    expect(of('jira')).toMatchObject([{ state: 'fail', says: expect.stringContaining('Nobody’s field') }]);
    world.jira.setExpired(true);
    const expired = await ask();
    world.jira.setExpired(false);
    expect(expired.of('jira')).toMatchObject([
      { state: 'fail', says: expect.stringContaining('create a new token') },
    ]);
  });

  test('an Alertmanager and an API that nobody answers for', async () => {
    const { of } = await ask({
      change: (config) => {
        config.alertmanagers[0].url = 'http://127.0.0.1:1';
        config.sre_api.url = 'http://127.0.0.1:1';
      },
    });
    expect(of('alertmanager')).toMatchObject([{ state: 'fail' }]);
    expect(of('sre api')).toMatchObject([{ state: 'fail' }]);
  });

  test('a cluster that cannot be reached, and a repository that refuses', async () => {
    const { of, text } = await ask({
      change: (config) => {
        config.rebuilds.clusters[0].kubeconfig = '/nowhere/kubeconfig';
        config.rebuilds.repository.repo = 'nobody/nothing';
      },
    });
    expect(of('cluster')).toMatchObject([{ state: 'fail', fix: expect.stringContaining('kubeconfig') }]);
    expect(of('repository')).toMatchObject([{ state: 'fail' }]);
    for (const secret of Object.values({ ...world.secrets, ...world.rebuilds?.env })) {
      expect(text).not.toContain(secret);
    }
  });

  test('a clock that is two minutes ahead: both witnesses say so', async () => {
    const { code, of } = await ask({ off: 120_000 });
    expect(code).toBe(1);
    expect(of('clock').map(({ state, says }) => `${state} ${says.replace(/\d+ s/, 'N s')}`)).toEqual([
      'fail is N s ahead of Redis',
      'fail is N s ahead of Slack',
    ]);
  });

  test('a Slack that never answers is not known, and the rest is', async () => {
    await world.slack.control.fault({ method: 'auth.test', times: 5, effect: { kind: 'hang' } });
    const { code, of } = await ask({ timeout: 3 });
    await world.slack.control.clearFaults();
    expect(of('slack')).toMatchObject([{ state: 'unknown', fix: expect.stringContaining('egress') }]);
    expect(of('redis')).toMatchObject([{ state: 'ok' }]);
    expect(code).toBe(2);
  });
});

test('a config that is not valid: every problem is a finding, and nothing is asked', async () => {
  const { code, report } = await ask({
    change: (config) => {
      config.slack.default_channel = '#alerts';
      config.redis.prefix = 'A B';
    },
  });
  expect(code).toBe(1);
  expect(report.findings.map(({ check, state }) => `${state} ${check}`)).toEqual([
    'fail config',
    'fail config',
  ]);
});

test('for people it is a line each, the fix below it', async () => {
  const terminal = fakeTerminal({ 'x.yml': readFileSync(world.configFile, 'utf8') }, { ...world.secrets });
  const findings = [
    { check: 'redis', state: 'ok', says: 'takes writes, and keeps them' },
    { check: 'jira', state: 'fail', says: 'does not answer', fix: 'Check jira.host.' },
  ] as const;
  const env = { ...world.secrets, ...world.rebuilds?.env };
  const code = await runDoctor(
    { config: 'x.yml', timeout: 5, role: new Set(processRoles), version: '1' },
    { ...terminal, env },
    { examineAll: async () => findings },
  );
  expect([code, terminal.stdout()]).toEqual([
    1,
    '✓ redis  takes writes, and keeps them\n✗ jira  does not answer\n    → Check jira.host.\n\n1 problem: farmhand would not do all of its work.',
  ]);
});

test.each<[ProcessRole, readonly string[], readonly string[]]>([
  ['api', ['slack', 'redis'], ['SLACK_BOT_TOKEN', 'FARMHAND_API_TOKEN', 'FARMHAND_AUDIT_TOKEN']],
  ['intake', ['slack', 'redis', 'repository'], ['SLACK_BOT_TOKEN', 'FARMHAND_EVENTS_TOKEN', 'GITHUB_TOKEN']],
])('for the role %s it looks at %j, with that role’s secrets alone', async (role, parts, has) => {
  const all = { ...world.secrets, ...world.rebuilds?.env };
  const missing = Object.keys(all).filter((name) => !has.includes(name));
  expect(missing).toContain('JIRA_API_TOKEN');
  const { report } = await ask({
    roles: [role],
    env: Object.fromEntries(missing.map((name) => [name, ''])),
  });
  const outside = [
    'slack',
    'slack socket',
    'kafka',
    'redis',
    'jira',
    'alertmanager',
    'sre api',
    'cluster',
    'repository',
  ];
  const looked = new Set(
    report.findings.map(({ check }) => check).filter((check) => outside.includes(check)),
  );
  expect([...looked]).toEqual(parts);
  expect(report.findings.filter(({ state }) => state === 'fail')).toEqual([]);
});

test('which region works: none, this one, the other one, and records of before; by whom and since when', {
  timeout: 120_000,
}, async () => {
  await using redis = await startRedis();
  await using another = await startRedis();
  const as = (name: string, url: string) => (config: Tree) => {
    config.redis.url = url;
    config.region = { name, channel: 'C0SRE', lease: '5s' };
  };
  const region = async (name: string, url = redis.url) => {
    const [found, ...more] = (await ask({ change: as(name, url) })).of('region');
    expect(more).toEqual([]);
    return [found?.state, found?.says.replace(/\S+ \(command line\) at 20\S+Z/, 'somebody'), found?.fix];
  };
  const promote = async (name: string, url: string, why: string) => {
    const tree: Tree = parse(readFileSync(world.configFile, 'utf8'));
    as(name, url)(tree);
    const env = { ...world.secrets, ...world.rebuilds?.env };
    const config = loadConfig({ file: 'x.yml', env, readFile: () => stringify(tree) });
    await promoteRegion({ config, why, now: Date.now, version: '1.2.3' });
  };
  expect(await region('west')).toEqual([
    'fail',
    'none was promoted yet, so none works; this is west',
    expect.stringContaining('farmhand promote --why "first start"'),
  ]);
  await promote('west', redis.url, 'first start');
  const west = 'this one, west, is to work, promoted by somebody';
  expect(await region('west')).toEqual([
    'warn',
    `${west}: first start. It has not begun on its records: GET /activez of a pod says what it waits for`,
    expect.stringContaining('west stops then'),
  ]);
  expect(await region('east', another.url)).toEqual([
    'ok',
    'west is to work, promoted by somebody: first start. This is east, which stands by',
    expect.stringContaining('If west is gone, or east is to work'),
  ]);

  // As a farmhand does that works there.
  const client = new Redis(redis.url);
  const [declaration] = (await world.slack.control.messages('C0SRE')).toReversed();
  await client.hset('{farmhand}:mark', {
    ...{ epoch: 'one', generation: 1, count: 1, at: Date.now() },
    region: declaration?.ts ?? '',
  });
  client.disconnect();
  expect((await region('west')).slice(0, 2)).toEqual(['ok', `${west}: first start`]);

  // East worked since, and west was promoted with a config that has another Redis: it would begin on what is old.
  await promote('east', another.url, 'west is gone');
  await promote('west', another.url, 'home again');
  expect(await region('west')).toEqual([
    'fail',
    `${west}: home again. It does nothing: its records are of before another region worked`,
    expect.stringContaining('farmhand import --replace'),
  ]);
});

test('a channel of the regions that cannot be read', async () => {
  const { of } = await ask({
    change: (config) => {
      config.region = { name: 'west', channel: 'C0NOWHERE' };
    },
  });
  expect(of('region')).toEqual([
    {
      check: 'region',
      state: 'fail',
      says: 'which region works cannot be read: channel_not_found',
      fix: expect.stringContaining('Make region.channel readable to the bot.'),
    },
  ]);
});
