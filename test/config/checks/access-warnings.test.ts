import { expect, test } from 'vitest';
import { accessWarnings } from '../../../src/config/checks/access-warnings.ts';
import { load, minimal } from '../minimal.ts';

const warnings = (access: string, rebuilds = true) =>
  accessWarnings(
    load(
      minimal(
        `${rebuilds ? 'rebuilds: { channel: C0123DCR, ticket: false, clusters: [{ name: den }], repository: { repo: a/b, token: { env: T } }, engine: { token: { env: E } } }\n' : ''}access:\n${access}`,
      ),
      {
        env: {
          SLACK_BOT_TOKEN: 'xoxb-1',
          SLACK_APP_TOKEN: 'xapp-1',
          FARMHAND_EVENTS_TOKEN: 'ev-1-of-these-tests',
          T: 'a-token-of-some-length',
          E: 'another-token-of-length',
        },
      },
    ),
  );
const nobody = (where: string) =>
  `Nobody may approve rebuilds in ${where}: what needs a second person there (approval: true in the values of an instance, or a policy) waits without end. Give a role the verb approve; * does not include it.`;

test('a role of its own for approving is fine', () => {
  expect(
    warnings(`  roles: [{ name: sre, verbs: ['*'] }, { name: approver, verbs: [approve] }]
  groups: { S0123SRE: [sre, approver] }
`),
  ).toEqual([]);
});

test('nobody may approve: * does not include it', () => {
  expect(warnings("  roles: [{ name: sre, verbs: ['*'] }]\n  groups: { S0123SRE: [sre] }\n")).toEqual([
    nobody('commercial'),
  ]);
});

test('nobody may approve in one of the environments, or nobody holds the role', () => {
  const roles = `  roles:
    - { name: sre, verbs: ['*'] }
    - { name: approver, verbs: [approve], environments: [commercial] }
    - { name: gov-approver, verbs: [approve], environments: [gov] }
`;
  expect(warnings(`${roles}  groups: { S0123SRE: [sre, approver] }\n`)).toEqual([nobody('gov')]);
  expect(warnings(`${roles}  groups: { S0123SRE: [sre, approver, gov-approver] }\n`)).toEqual([]);
});

test('one role that starts and approves', () => {
  expect(
    warnings("  roles: [{ name: sre, verbs: ['*', approve] }]\n  groups: { S0123SRE: [sre] }\n"),
  ).toEqual([
    'The role sre allows both start and approve: where one person has started a rebuild through it, nobody approves that rebuild through it. Put approve into a role of its own.',
  ]);
});

test('without rebuilds there is nothing to approve', () => {
  expect(warnings('  roles: [{ name: a, verbs: [silence] }]\n  groups: { S0123SRE: [a] }\n', false)).toEqual(
    [],
  );
});

const rule = (text: string) => `policy: [{ name: strict, ${text} }]\n`;
const roles = (...more: string[]) =>
  `  roles: [${[
    "{ name: sre, verbs: ['*'] }",
    '{ name: approver, verbs: [approve] }',
    '{ name: gov, verbs: [approve, break_glass], environments: [gov] }',
    "{ name: watcher, verbs: [status], instances: ['edge*'] }",
    ...more,
  ].join(', ')}]\n`;
const held = '  groups: { S0123SRE: [sre, approver] }\n';

test.each<[string, string, string, readonly string[]]>([
  ['a policy that can be kept', rule('environments: [gov], two_people: [start, raise]'), held, []],
  [
    'an environment that nothing names',
    rule('environments: [gvo]'),
    held,
    [
      'The rule strict of policy is for the environment gvo, which neither access.environments nor a role names; did you mean gov? It counts only for instances whose values say environment: gvo.',
    ],
  ],
  [
    'two people where one alone may approve',
    rule('environments: [gov], two_people: [override]'),
    '  groups: { S0123SRE: [sre] }\n  users: { U0123ADA: [gov] }\n',
    [
      'Nobody may approve rebuilds in commercial: what needs a second person there (approval: true in the values of an instance, or a policy) waits without end. Give a role the verb approve; * does not include it.',
      'The rule strict of policy asks two people for override, and U0123ADA alone may approve in gov: what U0123ADA orders waits without end, and so does all of it while they are away.',
    ],
  ],
  [
    'a verb that nobody has, and nobody who approves',
    rule("instances: ['edge*'], two_people: [raise, lower]"),
    '  groups: { S0123SRE: [watcher] }\n',
    [
      'The rule strict of policy asks two people for what is ordered with scale, and nobody may scale in edge*.',
      'The rule strict of policy asks two people for raise, lower, and nobody may approve in edge*: it waits without end. Give a role the verb approve; * does not include it.',
    ],
  ],
  [
    'a glass that nobody may break',
    rule('environments: [commercial], break_glass: { lasts: 10m }'),
    '  groups: { S0123SRE: [sre, approver, gov] }\n',
    [
      'The rule strict of policy says how long a broken glass lasts, and nobody may break it in commercial. Give a role the verb break_glass; * does not include it.',
    ],
  ],
])('%s', (_, policy, holders, expected) => {
  expect(warnings(`${roles()}${holders}${policy}`)).toEqual(expected);
});
