import { expect, test } from 'vitest';
import { load, minimal, problemLines, tokens } from './minimal.ts';

const env = {
  ...tokens,
  A: 'token-of-organisation-a',
  B: 'token-of-organisation-b',
  R: 'token-of-one-reader',
};
const problems = (more: string) => problemLines(() => load(minimal(more), { env }));

const whole = `
http:
  sources:
    - { name: a, token: { env: A }, tier: alpha }
    - { name: b, token: { env: B } }
  readers: [{ name: r, token: { env: R }, tiers: [alpha] }]
tiers:
  default: ops
  list:
    - { name: ops, users: [U0OPS], channels: [C0OPS00] }
    - { name: alpha, groups: [S0ALPHA], channels: [C0ALPHA], default_channel: C0ALPHA, instances: [alpha-*] }
routes:
  - { name: alpha, match: ['tier="alpha"'], channel: C0ALPHA }
  - { name: rest, channel: C0SHARED }
`;

test('tiers that fit together are taken', () => {
  const { tiers, http } = load(minimal(whole), { env });
  expect(tiers.list.map(({ name }) => name)).toEqual(['ops', 'alpha']);
  expect(http.readers.map(({ name, tiers: own }) => [name, own])).toEqual([['r', ['alpha']]]);
});

test('all that does not fit is told at once, with what to do', () => {
  const found = problems(`
kafka: { brokers: ["b:1"], topics: [{ name: t, tier: alpah }] }
http:
  sources: [{ name: a, token: { env: A }, tier: gamma }]
  readers: [{ name: r, token: { env: R }, tiers: [alpha, delta] }]
tiers:
  list:
    - { name: alpha, channels: [C0123ABCD, C0ALPHA], instances: [system*] }
    - { name: beta, channels: [C0ALPHA], default_channel: C0123ABCD, instances: [system*] }
    - { name: silent, limits: { rebuilds_in_flight: 2 } }
routes:
  - { name: mixed, match: ['tier=~"alpha"'], channel: C0123ABCD }
`);
  expect(found).toEqual([
    'farmhand.yml:2 slack.default_channel: is a channel of the tier alpha: what no route takes of silent would be shown there. Give these a default_channel in tiers.list, or name a channel that is no tier’s',
    'farmhand.yml:4 kafka.topics[0].tier: names no tier of tiers.list: there is no alpah; did you mean alpha?',
    'farmhand.yml:6 http.sources[0].tier: names no tier of tiers.list: there is no gamma',
    'farmhand.yml:7 http.readers[0].tiers[1]: names no tier of tiers.list: there is no delta',
    'farmhand.yml:8 tiers.default: is default, which is not in tiers.list: what comes in where no tier is named would be seen by nobody. Add it to the list, or name one of alpha, beta, silent',
    'farmhand.yml:11 tiers.list[1].channels[0]: is listed already (tier alpha), and channel C0ALPHA shows one tier’s alerts',
    'farmhand.yml:11 tiers.list[1].instances[0]: is listed already (tier alpha), and instance system* is one tier’s',
    'farmhand.yml:11 tiers.list[1].default_channel: is a channel of the tier alpha, whose people would see what is of beta',
    'farmhand.yml:12 tiers.list[2]: says of nobody that they are of it, so nobody would see its alerts: give it one of channels, users, groups, workspaces',
    'farmhand.yml:12 tiers.list[2].limits.rebuilds_in_flight: limits rebuilds, and the tier has no instances: name them in instances, or leave it out',
    'farmhand.yml:14 routes[0].channel: is a channel of the tier alpha, and this route takes events of others too: add tier="alpha" to its match',
  ]);
});

test('a reader of tiers needs a list of them; one token opens one door', () => {
  expect(
    problems(
      'http: { readers: [{ name: r, token: { env: R }, tiers: [alpha] }, { name: s, token: { env: R }, tiers: ["*"] }] }\n',
    ),
  ).toEqual([
    'farmhand.yml:3 http.readers[0].tiers: names tiers, and there is no tiers.list: list them there, or write ["*"]',
    'farmhand.yml:3 http.readers[1].token: is the same as http.readers[0].token: who has one would have both; give each its own',
  ]);
});
