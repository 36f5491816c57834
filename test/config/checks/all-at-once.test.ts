import { describe, expect, test } from 'vitest';
import { usualVariables } from '../../../src/config/checks/token-checks.ts';
import { usualWatchdog } from '../../../src/config/checks/watchdog-checks.ts';
import { configJsonSchema } from '../../../src/config/schema/json-schema.ts';
import { keyReferences } from '../../../src/config/schema/reference.ts';
import { load, minimal, problemLines, tokens } from '../minimal.ts';

const problems = (text: string, more: Record<string, string> = {}): readonly string[] =>
  problemLines(() => load(text, { env: { ...tokens, ...more } })).map((line) =>
    line.replace(/^\S+:\d+ /, ''),
  );

/**
 * Each line is a mistake of its own, with the beginning of what is said about it. Told one by one or together, in whatever
 * company: the same is said of each, so that a second run finds nothing new.
 */
interface Mistake {
  readonly key: string;
  /** Lines below the key, in its list or group. */
  readonly text: string;
  readonly says: readonly string[];
}
const inRoute = (text: string, ...says: readonly string[]): Mistake => ({ key: 'route', text, says });
const inSection = (key: string, text: string, ...says: readonly string[]): Mistake => ({ key, text, says });

const mistakes: readonly Mistake[] = [
  inRoute('    channel: alerts\n', 'routes[0].channel: must be a channel id'),
  inRoute('    notfy: []\n', 'routes[0].notfy: is not a key farmhand knows'),
  inRoute(
    '    notify: [{ after: 10m, mention: [sam] }, { after: 5m, mention: [channel] }]\n',
    'routes[0].notify[0].mention[0]: must be the id of a person',
    'routes[0].notify: each step must come later than the one before it',
  ),
  inRoute('    quiet: nihgts\n', 'routes[0].quiet: names no quiet hours'),
  inRoute('    match: [\'a=="b"\']\n', 'routes[0].match[0]: '),
  inSection('pagers', '  - { name: on-call }\n', 'pagers[0]: must have exactly one of'),
  inSection(
    'alertmanagers',
    '  - { name: one, url: "ftp://x", username: a }\n',
    'alertmanagers[0].url: must be an http(s) URL',
    'alertmanagers[0].password: is missing',
  ),
  inSection(
    'watchdog',
    '  interval: 2m\n  channel: canary\n',
    'watchdog.channel: must be a channel id',
    'watchdog.late: must be at least three times',
    'watchdog: sends its canary through Kafka',
  ),
  inSection('alerts', '  refire_window: 40d\n  retention: 3d\n', 'alerts.refire_window: is 40d'),
  inSection('log', '  level: loud\n', 'log.level: must be '),
];

const actions: readonly Mistake[] = [
  inRoute('      - tread\n', 'actions[I]: must be thread, ticket'),
  inRoute(
    '      - { ticket: { sumary: x, labels: ["{{nope}}"] } }\n',
    'actions[I].ticket.sumary: is not a key',
    'actions[I]: needs a jira section',
    'actions[I].ticket.labels[0]: {{nope}} is nothing',
  ),
  inRoute('      - { pager: { to: nobody, after: soon } }\n', 'actions[I].pager.after: is not a duration'),
  inRoute('      - { pager: { to: nobody } }\n', 'actions[I].pager.to: names no pager'),
  inRoute('      - { api_task: { task: "" } }\n', 'actions[I]: needs a sre_api section'),
  inRoute('      - { rebuild: { instance: "{{x}}" } }\n', 'actions[I]: needs a rebuilds section'),
];

const textOf = (chosen: readonly Mistake[], list: readonly Mistake[]): string => {
  const sections = new Map<string, string>();
  for (const { key, text } of chosen) {
    if (key !== 'route') sections.set(key, `${sections.get(key) ?? `${key}:\n`}${text}`);
  }
  const keys = chosen.filter(({ key }) => key === 'route').map(({ text }) => text);
  const route = `routes:\n  - name: one\n${keys.join('')}    actions:\n      - thread\n${list.map(({ text }) => text).join('')}`;
  return minimal([...sections.values(), route].join(''));
};
const saysAll = (said: readonly string[], all: readonly string[]) =>
  all.filter((begin) => !said.some((line) => line.startsWith(begin)));
const numbered = (list: readonly Mistake[]): readonly string[] =>
  list.flatMap(({ says }, i) => says.map((text) => `routes[0].${text.replace('I', String(i + 1))}`));

describe('whatever else is wrong, of each mistake the same is said', () => {
  test.each(mistakes.map((one) => [one.text.trim(), one] as const))('%s', (_, one) => {
    expect(saysAll(problems(textOf([one], [])), one.says)).toEqual([]);
  });

  test('all of them together', () => {
    const said = problems(textOf(mistakes, actions));
    const wanted = [...mistakes.flatMap(({ says }) => says), ...numbered(actions.slice(0, 1))];
    expect(saysAll(said, wanted)).toEqual([]);
  });

  test('each pair of them', () => {
    for (const [i, a] of mistakes.entries()) {
      for (const b of mistakes.slice(i + 1)) {
        const missing = saysAll(problems(textOf([a, b], [])), [...a.says, ...b.says]);
        expect({ a: a.text, b: b.text, missing }).toEqual({ a: a.text, b: b.text, missing: [] });
      }
    }
  });

  test('each pair of actions of one route', () => {
    for (const a of actions.slice(1)) {
      for (const b of actions.slice(1)) {
        const missing = saysAll(problems(textOf([], [a, b])), numbered([a, b]));
        expect({ a: a.text, b: b.text, missing }).toEqual({ a: a.text, b: b.text, missing: [] });
      }
    }
  });
});

test('once all that was said is put right there is nothing more to say', () => {
  const first = problems(textOf(mistakes, actions));
  expect(first.length).toBeGreaterThan(20);
  expect(problems(textOf([], []))).toEqual([]);
});

test('a part of an action is judged although another part of it is wrong', () => {
  const task = '{ api_task: { tsak: t, task: t, params: { a: "{{ticket.key}}" } } }';
  const said = problems(
    minimal(`sre_api: { url: "http://sre" }\nroutes: [{ name: a, actions: [${task}] }]\n`),
  );
  const at = 'routes[0].actions[0].api_task';
  expect(saysAll(said, [`${at}.tsak: is not a key`, `${at}.params.a: uses {{ticket…}}`])).toEqual([]);
});

describe('no mistake makes another up', () => {
  test('behind an action that nobody can read, nothing is said to be missing before', () => {
    const said = problems(
      minimal(
        'jira: { host: https://example.atlassian.net, email: a@b.c, project: OPS }\nroutes:\n  - { name: a, notify: [{ after: 1m, mention: [here] }], actions: [tread, { ticket: { summary: "{{thread.ts}}" } }] }\n',
      ),
      { JIRA_API_TOKEN: 'j' },
    );
    expect(said).toEqual([expect.stringMatching(/^routes\[0\]\.actions\[0\]: must be thread/)]);
  });

  test('a ticket that is wrong by itself is there all the same for what uses it', () => {
    const said = problems(
      minimal(
        'sre_api: { url: "http://sre" }\njira: { host: https://example.atlassian.net, email: a@b.c, project: OPS }\nroutes:\n  - { name: a, actions: [{ ticket: [] }, { api_task: { task: t, params: { a: "{{ticket.key}}" } } }] }\n',
      ),
      { JIRA_API_TOKEN: 'j' },
    );
    expect(said).toEqual(['routes[0].actions[0].ticket: must be a group of keys']);
  });

  test('a route with a matcher that is none does not count as one that takes everything', () => {
    const said = problems(minimal('routes:\n  - { name: a, match: ["="] }\n  - { name: b }\n'));
    expect(said).toHaveLength(1);
  });

  test('a route that is no group of keys, or a list that is none', () => {
    expect(problems(minimal('routes: [x, { name: a }]\n'))).toEqual(['routes[0]: must be a group of keys']);
    expect(problems(minimal('routes: [{ name: a, actions: thread, remind: 1h }]\n'))).toEqual([
      'routes[0].actions: must be a list',
    ]);
  });
});

test('secrets are judged although other keys are wrong', () => {
  const said = problems(minimal('http: { port: 0x }\nredis: { url: { env: R }, tls: true }\n'), {
    R: 'redis://h:1',
    SLACK_BOT_TOKEN: 'xapp-1',
    FARMHAND_EVENTS_TOKEN: 'short',
  });
  const wanted = [
    'slack.bot_token: must be the Bot',
    'FARMHAND_EVENTS_TOKEN: must have 16',
    'redis.tls: asks for',
    'http.port',
  ];
  expect(saysAll(said, wanted)).toEqual([]);
});

test('what the checks take as usual is what the schema says', () => {
  const rows = keyReferences(configJsonSchema());
  const fallback = (path: string) => rows.find((row) => row.path === path)?.fallback;
  expect(fallback('watchdog.interval')).toBe(`\`${usualWatchdog.interval}\``);
  expect(fallback('watchdog.late')).toBe(`\`${usualWatchdog.late}\``);
  for (const [path, variable] of Object.entries(usualVariables)) expect(fallback(path)).toContain(variable);
});
