import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeWithin } from '../../src/alerts/alert-service.ts';
import { actionTimeout } from '../../src/app/open-actions.ts';
import { relations } from '../../src/config/checks/relations.ts';
import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { keyReferences } from '../../src/config/schema/reference.ts';
import { durationPattern, parseDuration } from '../../src/core/duration.ts';
import { fetchWait } from '../../src/integrations/kafka/consumer/group-member.ts';
import { defaultPolicy } from '../../src/rebuild/model/policy.ts';
import { load, minimal, problemLines, tokens } from './minimal.ts';

const problems = (text: string) =>
  problemLines(() => load(text, { env: { ...tokens, GITHUB_TOKEN: 'g', JIRA_API_TOKEN: 'j' } }));
const rows = keyReferences(configJsonSchema());
const durations = rows.filter(({ type }) => type === 'duration');
const boundsOf = (path: string): readonly [number, number] => {
  const [, min = '', max = ''] =
    /\((\S+) to (\S+)\)$/.exec(durations.find((row) => row.path === path)?.description ?? '') ?? [];
  return [parseDuration(min) ?? Number.NaN, parseDuration(max) ?? Number.NaN];
};
const rebuilds = (more: string): string =>
  minimal(`rebuilds:
  channel: C0123ABCD
  ticket: false
  clusters: [{ name: lab }]
  repository: { repo: a/b }
${more}access:
  roles: [{ name: sre, verbs: ['*'], instances: ['*'] }]
  users: { U0123ABCD: [sre] }
`);

describe('every duration has bounds', () => {
  test.each(durations.map(({ path, fallback }) => [path, fallback] as const))('%s', (path, fallback) => {
    const [min, max] = boundsOf(path);
    expect(min).toBeLessThan(max);
    if (fallback === '–' || fallback === 'required') return;
    const usual = parseDuration(fallback.replaceAll('`', '')) ?? Number.NaN;
    expect(usual).toBeGreaterThanOrEqual(min);
    expect(usual).toBeLessThanOrEqual(max);
  });

  test('and every number', () => {
    const unbounded = rows.filter(({ type }) => /^(whole )?number$/.test(type)).map(({ path }) => path);
    expect(unbounded).toEqual([]);
  });
});

test('one that is out of them is refused with its bounds and the reason', () => {
  expect(
    problems(
      minimal(`jira:
  host: https://acme.atlassian.net
  email: bot@acme.test
  project: OPS
  timeout: 15s
kafka:
  brokers: [a:9092]
  topics: [{ name: alerts }]
  session_timeout: 400ms
redis:
  command_timeout: 5s
`),
    ),
  ).toEqual([
    'farmhand.yml:7 jira.timeout: is 15s, and must be 11s at most, 1s at least: a ticket takes up to eight calls, and its claim counts as lost after 90 s',
    'farmhand.yml:11 kafka.session_timeout: is 400ms, and must be 6s at least, 30m at most: brokers refuse less and more (group.min.session.timeout.ms, group.max.session.timeout.ms)',
    'farmhand.yml:13 redis.command_timeout: is 5s, and must be 1600ms at most, 100ms at least: people are told after 2 s that nothing was changed, and by then that must be so',
  ]);
  expect(problems(rebuilds('  poll: 0s\n'))).toEqual([
    'farmhand.yml:8 rebuilds.poll: is 0s, and must be 500ms at least, 5m at most: each look asks the cluster and the engine',
  ]);
});

test('durations that contradict each other are told with both keys, all at once', () => {
  const more = '  poll: 2m\n  stall: 20s\n  limit: 5h\n  target: 6h\n';
  expect(problems(rebuilds(more))).toEqual([
    'farmhand.yml:8 rebuilds.poll: is 2m, which is longer than rebuilds.idle_poll (30s): a rebuild that moves would be looked at less often than one that rests',
    'farmhand.yml:9 rebuilds.stall: is 20s, which is shorter than rebuilds.idle_poll (30s): progress is looked at only that often, so it would always count as a stall',
    'farmhand.yml:10 rebuilds.limit: is 5h, which is shorter than rebuilds.deadlines.history (6h): the rebuild would end before its step does',
    'farmhand.yml:10 rebuilds.limit: is 5h, which is shorter than rebuilds.deadlines.write (8h): the rebuild would end before its step does',
    'farmhand.yml:11 rebuilds.target: is 6h, which is longer than rebuilds.limit (5h): it could not be reached',
  ]);
  expect(problems(minimal('alerts:\n  retention: 2h\n'))).toEqual([
    'farmhand.yml:4 alerts.retention: is 2h, which is shorter than alerts.refire_window (4h): the alert would be forgotten before it could fire again in its thread',
  ]);
  const kept = '  retention: 600d\n  retention_in: { gov: 1095d, dev: 30d }\n';
  expect(problems(rebuilds(kept))).toEqual([
    'farmhand.yml:8 rebuilds.retention: is 600d, which is longer than audit.keep (400d): the rebuild would be on record, and its evidence would not',
    'farmhand.yml:9 rebuilds.retention_in.gov: is 1095d, which is longer than audit.keep (400d): the rebuild would be on record, and its evidence would not',
  ]);
  expect(problems(`${rebuilds(kept)}audit: { keep: 1095d }\n`)).toEqual([]);
  expect(problems(rebuilds(''))).toEqual([]);
});

test('the relations know the defaults of the schema', () => {
  const told = relations
    .flatMap(({ less, more }) => [less, more])
    .map(({ path, fallback }) => [path.join('.'), fallback === undefined ? '–' : `\`${fallback}\``]);
  const known = new Map(rows.map(({ path, fallback }) => [path, fallback]));
  expect(told).toEqual(told.map(([path]) => [path, known.get(path ?? '')]));
});

test('what the code takes as a duration the JSON Schema takes, and nothing else', () => {
  const pattern = new RegExp(durationPattern);
  const piece = fc.constantFrom(
    '1',
    '30',
    '.5',
    '0.5',
    'ms',
    's',
    'm',
    'h',
    'd',
    'w',
    'M',
    'S',
    ' ',
    '-',
    'x',
  );
  const texts = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      expect(pattern.test(text)).toBe(parseDuration(text) !== undefined);
    }),
    { numRuns: 2_000 },
  );
  expect(['4H', ' 90m ', '1h30m', '1.5s', '100MS'].map(parseDuration)).toEqual([
    14_400_000, 5_400_000, 5_400_000, 1_500, 100,
  ]);
});

test('the longest that is allowed keeps what the code relies on', () => {
  // A ticket takes up to eight calls (see closing.ts); a claim that is older has lost its owner.
  expect(8 * boundsOf('jira.timeout')[1]).toBeLessThan(actionTimeout);
  expect(8 * boundsOf('jira.timeout')[1]).toBeLessThan(defaultPolicy.claimTimeout);
  expect(boundsOf('sre_api.timeout')[1]).toBeLessThan(actionTimeout);
  expect(6 * boundsOf('rebuilds.timeout')[1]).toBeLessThanOrEqual(defaultPolicy.claimTimeout);
  expect(boundsOf('rebuilds.engine.timeout')[1]).toBeLessThan(defaultPolicy.claimTimeout);
  // Sent within 700 ms of the command, refused by Redis itself after four fifths of its time; told after 2 s.
  expect(writeWithin + 0.8 * boundsOf('redis.command_timeout')[1]).toBeLessThan(2_000);
  // Members of a quiet topic beat between two fetches: one has to end well within the session.
  expect(3 * fetchWait).toBeLessThan(boundsOf('kafka.session_timeout')[0]);
});

test('what a killed process was reading is read by another one within ten seconds, as it comes', () => {
  const usual = durations.find(({ path }) => path === 'kafka.session_timeout')?.fallback ?? '';
  expect(parseDuration(usual.replaceAll('`', ''))).toBeLessThan(10_000);
});
