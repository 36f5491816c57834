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
