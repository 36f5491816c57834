import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { load, minimal, problemLines, tokens } from './minimal.ts';

const problems = (...args: Parameters<typeof load>) => problemLines(() => load(...args));

test('the smallest config, with every default', () => {
  const config = load(minimal());
  expect(config).toEqual({
    installation: {},
    slack: {
      bot_token: expect.any(Secret),
      app_token: expect.any(Secret),
      mode: 'socket',
      api_url: 'https://slack.com/api/',
      blocks: 'auto',
      default_channel: 'C0123ABCD',
      allowed_link_hosts: [],
      members: { guests: false, teams: [] },
      pacing: { posts_per_second: 1, burst: 3, updates_per_minute: 50 },
      digest: { threshold: 20, refresh: 10_000 },
    },
    http: {
      host: '0.0.0.0',
      port: 8080,
      events_token: expect.any(Secret),
      max_body_bytes: 16_777_216,
      sources: [],
      readers: [],
    },
    audit: { keep: 34_560_000_000, require: [] },
    clusters: { header: 'cluster' },
    handover: [],
    dead_letters: {
      max_age: 2_592_000_000,
      remember_replays: 34_560_000_000,
      max_bytes: 67_108_864,
      max_count: 10_000,
    },
    redis: {
      url: 'redis://127.0.0.1:6379',
      prefix: 'farmhand',
      durability: 'aof',
      wait_replicas: 0,
      command_timeout: 1_500,
    },
    alertmanagers: [],
    alerts: {
      refire_window: 14_400_000,
      stale_grace: 300_000,
      retention: 2_592_000_000,
      event_retention: 604_800_000,
      quiet_hours: [],
      journal_lines: 200,
      recovery: { look_back: 1_209_600_000, settle_after: 18_000_000 },
    },
    tiers: { default: 'default', header: 'tier', label: 'tier', list: [] },
    routes: [],
    pagers: [],
    policy: [],
    log: { level: 'info' },
  });
  expect(config.slack.bot_token.reveal()).toBe('xoxb-1');
  expect(config.http.events_token?.reveal()).toBe('ev-1-of-these-tests');
});

describe('all problems at once, each with its line and what to write', () => {
  test('over every section', () => {
    const text = `slack:
  defaul_channel: C0123ABCD
  bot_token: xoxb-canary
  pacing: { posts_per_second: 0, brust: 2 }
redis: { url: "redis://:canary@h:1", prefix: "A B" }
kafka:
  brokers: [canary]
  topics: [{ name: a }, { name: a, tier: "X Y" }, { name: farmhand-dead-letters }]
  sasl: { mechanism: palin }
  tls: { ca_flie: x, cert_file: y }
alerts: { refire_window: 4, retention: "soon" }
log:
http: { port: 70000 }
jira: []
routes:
  - name: all
    actions: [thread, tread]
  - name: one
    match: ['severity=="critical"', 'ok="1"']
    actions:
      - api_task: { task: x, params: { a: '{{tikcet.key}}', b: 5 }, attempts: 0.5 }
      - ticket: { summary: '{{ .Labels.foo }}', proj: x }
  - name: one
    match: severity
    type: [dcr, foo]
`;
    expect(problems(text)).toEqual([
      'farmhand.yml:1 slack.default_channel: is required: Alerts that no route matched go here: nothing is lost',
      'farmhand.yml:2 slack.defaul_channel: is not a key farmhand knows; did you mean default_channel?',
      'farmhand.yml:3 slack.bot_token: must be { env: NAME } or { file: /path }; a secret is never written in this file',
      'farmhand.yml:4 slack.pacing.posts_per_second: must be at least 0.05',
      'farmhand.yml:4 slack.pacing.brust: is not a key farmhand knows; did you mean burst?',
      'farmhand.yml:5 redis.url: has a password in it; give the whole URL as { env: NAME } or { file: /path }',
      'farmhand.yml:5 redis.prefix: may have a-z, 0-9, - and _, 32 characters at most',
      'farmhand.yml:7 kafka.brokers[0]: must be host:port',
      'farmhand.yml:8 kafka.topics[1].tier: may have a-z, 0-9, - and _, 63 characters at most',
      'farmhand.yml:8 kafka.topics[1].name: another topic has this name already (number 1 of the list)',
      'farmhand.yml:8 kafka.topics[2].name: is the dead-letter topic: what cannot be read would come in again, without end',
      'farmhand.yml:9 kafka.sasl.mechanism: must be plain, scram-sha-256, scram-sha-512 or aws-msk-iam',
      'farmhand.yml:10 kafka.tls.ca_flie: is not a key farmhand knows; did you mean ca_file?',
      'farmhand.yml:10 kafka.tls.key_file: is missing; a certificate and its key go together',
      'farmhand.yml:11 alerts.refire_window: must be a duration: 30s, 15m, 4h, 7d',
      'farmhand.yml:11 alerts.retention: is not a duration; write 30s, 15m, 4h, 7d',
      'farmhand.yml:12 log: is empty; fill it in or remove it',
      'farmhand.yml:13 http.port: must be at most 65535',
      'farmhand.yml:14 jira: must be a group of keys',
      'farmhand.yml:17 routes[0].actions[1]: must be thread, ticket, { ticket: … }, { api_task: … }, { pager: … } or { rebuild: … }',
      'farmhand.yml:18 routes[1]: is never reached: route all above it takes every event; put all last',
      'farmhand.yml:19 routes[1].match[0]: "severity==\\"critical\\"" has ==; one = is enough',
      'farmhand.yml:21 routes[1].actions[0].api_task.params.a: {{tikcet.key}} is nothing a template knows; did you mean ticket.key? There are: labels.x, annotations.x, name, severity, tier, cluster, summary, type, source, status, alert.id, thread.permalink, thread.channel, thread.ts, ticket.key, ticket.url, api_task.id',
      'farmhand.yml:21 routes[1].actions[0].api_task.params.b: must be a text; put it in quotes if it looks like something else',
      'farmhand.yml:21 routes[1].actions[0].api_task.attempts: must be a whole number',
      'farmhand.yml:21 routes[1].actions[0]: needs a sre_api section, and there is none',
      'farmhand.yml:22 routes[1].actions[1].ticket.summary: {{.Labels.foo}} is a Go template; here it is {{labels.foo}}',
      'farmhand.yml:22 routes[1].actions[1].ticket.proj: is not a key farmhand knows; did you mean project?',
      'farmhand.yml:23 routes[2].name: another route has this name already (number 2 of the list)',
      'farmhand.yml:23 routes[2]: is never reached: route all above it takes every event; put all last',
      'farmhand.yml:24 routes[2].match: must be a list',
      'farmhand.yml:25 routes[2].type[1]: must be alertmanager, adhoc or dcr',
    ]);
  });

  test('the message names the file, the number of problems, and that nothing was applied', () => {
    expect(() => load(minimal('lgo: {}\n'))).toThrow(
      'farmhand.yml: 1 problem; nothing was applied.\n  farmhand.yml:3 lgo: is not a key farmhand knows; did you mean log?',
    );
  });

  test('an empty file', () => {
    expect(problems('', { env: {} })).toEqual([
      'farmhand.yml: no event can come in: add a kafka section, or http.events_token (or FARMHAND_EVENTS_TOKEN) for POST /v1/events',
      'farmhand.yml:1 slack: is required: The workspace, and how farmhand speaks there',
    ]);
  });

  test.each(['[1, 2]', 'just text', '42'])('not a group of keys at all: %s', (text) => {
    expect(problems(text).some((p) => p.includes('must be a group of keys'))).toBe(true);
  });

  test.each([
    ['a program', '\x7fELF\x02\x01\0\0'],
    ['an archive', '\x1f\ufffd\b\0'],
    ['UTF-16', '\ufffd\ufffds\0l\0a\0'],
  ])('a file that is no text is told as that, and nothing else: %s', (_, text) => {
    expect(problems(text)).toEqual([
      'farmhand.yml: is not a text file: a config file is YAML in UTF-8. Name the right file, or save it as UTF-8',
    ]);
  });

  test('a text in another encoding is told with its line', () => {
    expect(problems('slack:\n  default_channel: caf\ufffd\n')).toEqual([
      'farmhand.yml: has bytes in line 2 that are not UTF-8: a config file is YAML in UTF-8. Name the right file, or save it as UTF-8',
    ]);
  });

  test('a file that is not there', () => {
    expect(() => loadConfig({ file: 'x.yml', env: {}, readFile: () => fail('ENOENT') })).toThrow(
      'x.yml: cannot be read (ENOENT); name the file with --config or FARMHAND_CONFIG',
    );
  });
});

const fail = (code: string): never => {
  throw Object.assign(new Error('no'), { code });
};

describe('YAML', () => {
  test('anchors and merge keys are fine', () => {
    const config = load(
      minimal(
        `routes:\n  - &base { name: a, match: ['a="1"'], channel: C0AAA }\n  - { <<: *base, name: b }\n`,
      ),
    );
    expect(config.routes.map((r) => [r.name, r.channel])).toEqual([
      ['a', 'C0AAA'],
      ['b', 'C0AAA'],
    ]);
  });

  test('duplicate keys and broken syntax are told with their lines', () => {
    expect(problems('slack: {}\nlog: {}\nslack: {}\n')).toEqual([
      'farmhand.yml:3: the key "slack" is there twice; keep one',
    ]);
    expect(problems('slack:\n  a: "x\n')[0]).toMatch(/^farmhand\.yml:\d: Missing closing "quote$/);
    expect(problems('a: !foo 1\n')).toEqual(['farmhand.yml:1: Unresolved tag: !foo']);
    expect(problems('a: 1\n---\nb: 2\n')[0]).toMatch(/^farmhand\.yml:2: Source contains multiple documents/);
  });

  test('aliases that would fill the memory are refused', () => {
    const layers = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(problems(`l0: &l0 [x]\n${layers.join('\n')}\n`)[0]).toMatch(/alias/i);
  });

  test('a key of before says what to write instead', () => {
    expect(problems(minimal('redis: { allow_unsafe: true, durability: rdb }\n'))).toEqual([
      'farmhand.yml:3 redis.durability: must be aof, managed or none',
      'farmhand.yml:3 redis.allow_unsafe: is gone: write durability: none where records may be lost, durability: managed where a provider keeps them',
    ]);
  });

  test('names that objects inherit are unknown keys like any other', () => {
    expect(problems(minimal('__proto__: { a: 1 }\nconstructor: 1\n'))).toEqual([
      'farmhand.yml:3 __proto__: is not a key farmhand knows',
      'farmhand.yml:4 constructor: is not a key farmhand knows',
    ]);
  });
});

describe('secrets', () => {
  test('from the environment and from files, without space at the ends', () => {
    const config = load(
      'slack: { default_channel: C0123ABCD, bot_token: { env: MY_BOT }, app_token: { file: /run/app } }\n',
      { env: { ...tokens, MY_BOT: 'xoxb-mine' }, files: { '/run/app': 'xapp-file\n' } },
    );
    expect(config.slack.bot_token.reveal()).toBe('xoxb-mine');
    expect(config.slack.app_token?.reveal()).toBe('xapp-file');
  });

  test('each has the form of what it is set as, and opens one door only', () => {
    const env = {
      SLACK_BOT_TOKEN: 'xapp-1',
      SLACK_APP_TOKEN: 'xoxb 1',
      FARMHAND_EVENTS_TOKEN: 'short',
      FARMHAND_API_TOKEN: 'xapp-1',
      JIRA_API_TOKEN: 'xapp-1',
    };
    const jira = 'jira: { host: https://example.atlassian.net, email: a@b.c, project: OPS }\n';
    const said = problems(minimal(jira), { env });
    expect(said).toEqual([
      'FARMHAND_EVENTS_TOKEN: must have 16 characters at least, so that it cannot be guessed; openssl rand -hex 32 makes one',
      'FARMHAND_API_TOKEN: must have 16 characters at least, so that it cannot be guessed; openssl rand -hex 32 makes one',
      'FARMHAND_API_TOKEN: is the same as slack.bot_token: who has one would have both; give each its own',
      'farmhand.yml:1 slack.bot_token: must be the Bot User OAuth Token, xoxb-…, without spaces (in Slack’s app settings: OAuth & Permissions). This one begins with xapp-',
      'farmhand.yml:1 slack.app_token: must be the app-level token, xapp-…, without spaces (in Slack’s app settings: Basic Information).',
      'farmhand.yml:3 jira.api_token: is the same as slack.bot_token: who has one would have both; give each its own',
    ]);
    expect(said.join()).not.toContain('short');
  });

  test('missing and empty ones say what to set', () => {
    const text =
      'slack:\n  default_channel: C0123ABCD\n  bot_token: { file: /none }\n  app_token: { file: /empty }\n';
    const short =
      'FARMHAND_EVENTS_TOKEN: must have 16 characters at least, so that it cannot be guessed; openssl rand -hex 32 makes one';
    expect(problems(text, { env: { FARMHAND_EVENTS_TOKEN: 'x' }, files: { '/empty': ' \n' } })).toEqual([
      short,
      'farmhand.yml:3 slack.bot_token: is a secret in /none, which cannot be read (ENOENT)',
      'farmhand.yml:4 slack.app_token: is a secret in /empty, which is empty',
    ]);
    expect(problems(minimal(), { env: { FARMHAND_EVENTS_TOKEN: 'x', SLACK_BOT_TOKEN: ' ' } })).toEqual([
      short,
      'farmhand.yml:1 slack.bot_token: is a secret: set SLACK_BOT_TOKEN in the environment; it is not set',
      'farmhand.yml:1 slack.app_token: is a secret: set SLACK_APP_TOKEN in the environment; it is not set',
    ]);
  });

  test('each mode of Slack needs its own secret, and not the other', () => {
    const http = minimal()
      .replace('slack: {', 'slack: { mode: http,')
      .replace('slack:\n', 'slack:\n  mode: http\n');
    const env = { FARMHAND_EVENTS_TOKEN: tokens['FARMHAND_EVENTS_TOKEN'], SLACK_BOT_TOKEN: 'xoxb-1' };
    expect(problems(minimal(), { env })).toEqual([
      'farmhand.yml:1 slack.app_token: is a secret: set SLACK_APP_TOKEN in the environment; it is not set',
    ]);
    expect(problems(http, { env: { FARMHAND_EVENTS_TOKEN: tokens['FARMHAND_EVENTS_TOKEN'] } })).toEqual([
      'farmhand.yml:1 slack.bot_token: is a secret: set SLACK_BOT_TOKEN in the environment; it is not set',
      'farmhand.yml:1 slack.signing_secret: is a secret: set SLACK_SIGNING_SECRET in the environment; it is not set',
    ]);
    expect(problems(http, { env: { ...env, SLACK_SIGNING_SECRET: 'xapp-1-2' } })).toEqual([
      expect.stringMatching(/slack.signing_secret: must be the Signing Secret, letters and digits only/),
    ]);
    const { slack } = load(http, {
      env: { ...env, SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99ffff0085a5' },
    });
    expect([slack.app_token, slack.signing_secret?.reveal()]).toEqual([
      undefined,
      '8f742231b10e8888abcd99ffff0085a5',
    ]);
  });

  test('both forms at once, or another key, is neither', () => {
    const both = minimal('  bot_token: { env: A, file: B }\n  app_token: { envv: A }\n');
    expect(problems(both)).toEqual([
      'farmhand.yml:3 slack.bot_token: must be { env: NAME } or { file: /path }; a secret is never written in this file',
      'farmhand.yml:4 slack.app_token: must be { env: NAME } or { file: /path }; a secret is never written in this file',
    ]);
  });

  test('a key of a parameter that is called env is no secret', () => {
    const config = load(
      minimal(
        'sre_api: { url: "http://sre" }\nroutes: [{ name: a, actions: [{ api_task: { task: t, params: { env: "{{labels.env}}" } } }] }]\n',
      ),
    );
    expect(config.routes[0]?.actions[0]).toMatchObject({ api_task: { params: { env: '{{labels.env}}' } } });
  });
});

describe('the environment', () => {
  test('LOG_LEVEL, REDIS_URL and KAFKA_BROKERS win; tokens fill what is left out', () => {
    const text = minimal(
      'log: { level: warn }\nredis: { url: "redis://a:1" }\nkafka: { brokers: ["a:1"], topics: [{ name: t }] }\nhttp: { api_token: { env: OWN } }\n',
    );
    const env = {
      ...tokens,
      LOG_LEVEL: 'DEBUG',
      REDIS_URL: 'rediss://:pw@b:2',
      KAFKA_BROKERS: 'b:2, c:3',
      OWN: 'own-of-this-one-test',
      FARMHAND_API_TOKEN: 'other-than-its-own-one',
    };
    const config = load(text, { env });
    expect(config.log.level).toBe('debug');
    expect(config.redis.url).toBeInstanceOf(Secret);
    expect(config.kafka?.brokers).toEqual(['b:2', 'c:3']);
    expect(config.http.api_token?.reveal()).toBe('own-of-this-one-test');
    expect(config.http.events_token?.reveal()).toBe('ev-1-of-these-tests');
  });

  test('KAFKA_BROKERS alone makes no kafka section', () => {
    expect(load(minimal(), { env: { ...tokens, KAFKA_BROKERS: 'b:2' } }).kafka).toBeUndefined();
  });

  test('problems are told under the variable, and show no value', () => {
    const env = { ...tokens, LOG_LEVEL: 'canary', REDIS_URL: 'http://canary' };
    expect(problems(minimal(), { env })).toEqual([
      'REDIS_URL: must be a redis:// or rediss:// URL',
      'LOG_LEVEL: must be debug, info, warn or error',
    ]);
  });
});

describe('parts that do not fit together', () => {
  const routes = (yaml: string, more = '') => problems(minimal(`routes:\n${yaml}${more}`));

  test('actions without their section', () => {
    expect(routes('  - { name: a, actions: [thread, ticket, { api_task: { task: t } }] }\n')).toEqual([
      'farmhand.yml:4 routes[0].actions[1]: needs a jira section, and there is none',
      'farmhand.yml:4 routes[0].actions[2]: needs a sre_api section, and there is none',
    ]);
  });

  test('a ticket that is moved is told as well; where to is named, and nothing else', () => {
    const action = (ticket: string) =>
      routes(`  - { name: a, actions: [thread, { ticket: { ${ticket} } }] }\n`);
    expect(
      action('resolved: { comment: false, transition: Done }, refired: { to: Reopen }, settle: 2h'),
    ).toEqual([
      'farmhand.yml:4 routes[0].actions[1].ticket.settle: is 2h, and must be 1h at most, 1s at least: an alert that flaps would fill its ticket, or nobody would hear of its end',
      'farmhand.yml:4 routes[0].actions[1].ticket.resolved.comment: must be true where there is a transition: by its comment farmhand knows, after a crash, that it has moved the ticket',
      'farmhand.yml:4 routes[0].actions[1].ticket.refired.to: is not a key farmhand knows',
      'farmhand.yml:4 routes[0].actions[1]: needs a jira section, and there is none',
    ]);
  });

  test('a rebuild needs its section, and a thread to be proposed in', () => {
    const rebuild = (more = '') => `{ rebuild: { instance: "{{labels.instance}}"${more} } }`;
    expect(routes(`  - { name: a, actions: [${rebuild()}] }\n`)).toEqual([
      'farmhand.yml:4 routes[0].actions[0]: needs a rebuilds section, and there is none',
      'farmhand.yml:4 routes[0].actions[0]: is proposed in the thread, but no thread action comes before it; put thread above it',
    ]);
    expect(routes(`  - { name: a, actions: [${rebuild(', run: true')}] }\n`)).toEqual([
      'farmhand.yml:4 routes[0].actions[0]: needs a rebuilds section, and there is none',
    ]);
    expect(routes(`  - { name: a, actions: [thread, ${rebuild(', farmers: 0')}] }\n`)).toEqual([
      'farmhand.yml:4 routes[0].actions[1].rebuild.farmers: must be at least 1',
      'farmhand.yml:4 routes[0].actions[1]: needs a rebuilds section, and there is none',
    ]);
  });

  test('a result that is used before it is there', () => {
    const sre = 'sre_api: { url: "http://sre" }\n';
    const task = '{ api_task: { task: t, params: { a: "{{thread.ts}}" } } }';
    expect(routes(`  - { name: a, actions: [${task}, thread] }\n`, sre)).toEqual([
      'farmhand.yml:4 routes[0].actions[0].api_task.params.a: uses {{thread…}}, but no thread action comes before it; put thread above it',
    ]);
    expect(routes(`  - { name: a, actions: [thread, ${task}] }\n`, sre)).toEqual([]);
  });

  test('two threads, and a route that is never reached', () => {
    expect(routes('  - { name: a, actions: [thread, thread] }\n  - { name: b }\n')).toEqual([
      'farmhand.yml:4 routes[0].actions[1]: a route opens one thread; remove this second one',
      'farmhand.yml:5 routes[1]: is never reached: route a above it takes every event; put a last',
    ]);
  });

  test('no way in', () => {
    expect(
      problems(minimal(), { env: { SLACK_BOT_TOKEN: 'xoxb-a', SLACK_APP_TOKEN: 'xapp-b' } }).map((p) =>
        p.slice(0, 37),
      ),
    ).toEqual(['farmhand.yml: no event can come in: a']);
  });
});

test('the file of a secret is read once, however much is asked of the secret', () => {
  const read: string[] = [];
  const text = 'http:\n  api_token: { file: /secrets/api }\n  audit_token: { file: /secrets/audit }\n';
  const files: Record<string, string> = {
    'farmhand.yml': minimal(text),
    '/secrets/api': 'api-token-of-this-test',
    '/secrets/audit': 'audit-token-of-this-test',
  };
  const readFile = (path: string): string => {
    read.push(path);
    return files[path] ?? '';
  };
  const { http } = loadConfig({ file: 'farmhand.yml', env: tokens, readFile });
  expect([http.api_token?.reveal(), http.audit_token?.reveal()]).toEqual([
    'api-token-of-this-test',
    'audit-token-of-this-test',
  ]);
  expect(read.toSorted()).toEqual(['/secrets/api', '/secrets/audit', 'farmhand.yml']);
});
