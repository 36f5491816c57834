import { expect, test } from 'vitest';
import { load, minimal, problemLines, tokens } from '../minimal.ts';

const env = { ...tokens, GITHUB_TOKEN: 'gh-1' };
const problems = (text: string, more: Readonly<Record<string, string>> = {}) =>
  problemLines(() => load(minimal(text), { env: { ...env, ...more } }));

const rebuilds = (more = 'ticket: false'): string => `rebuilds:
  channel: C0123DCR
  clusters: [{ name: den }]
  repository: { repo: example/deployments }
  ${more}
`;
const access = `access:
  roles: [{ name: sre, verbs: ['*'], instances: ['*'] }]
  groups: { S0123SRE: [sre] }
`;

test('rebuilds with access and without tickets is whole', () => {
  expect(problems(rebuilds() + access)).toEqual([]);
});

test('rebuilds needs access, and jira for its tickets', () => {
  expect(problems(rebuilds('ticket: true'))).toEqual([
    'farmhand.yml:3 rebuilds: needs an access section: without a role that allows it nobody may start, steer or see a rebuild',
    'farmhand.yml:7 rebuilds.ticket: needs a jira section: each rebuild has a ticket before anything is touched; or write ticket: false',
  ]);
});

test('a key that cannot sign is told, without it; and names that would break the signature', () => {
  const repository =
    "repository: { repo: example/deployments, signing_key: { env: KEY }, committer: { name: 'a <b>', email: x y }";
  const text = rebuilds().replace('repository: { repo: example/deployments', repository) + access;
  const said = problems(text, { KEY: '-----BEGIN RSA PRIVATE KEY-----secret' });
  expect(said).toEqual([
    'farmhand.yml:6 rebuilds.repository.committer.name: may have neither < nor > nor line breaks',
    'farmhand.yml:6 rebuilds.repository.committer.email: may have neither < nor > nor spaces',
    expect.stringMatching(
      /^farmhand.yml:6 rebuilds.repository.signing_key: must be an OpenPGP or OpenSSH private key/,
    ),
  ]);
  expect(said.join()).not.toContain('-----secret');
  const fine = text.replace("'a <b>'", 'a').replace('x y', 'a@b.c');
  expect(problems(fine, { KEY: '-----BEGIN RSA PRIVATE KEY-----secret' })).toEqual([
    expect.stringMatching(
      /^farmhand.yml:6 rebuilds.repository.signing_key: must be an OpenPGP or OpenSSH private key/,
    ),
  ]);
});

test('money for farmers that wait needs what one costs; whom to mention is an id or a word', () => {
  const keep = rebuilds('ticket: false\n  keep_work: { cost: 2000 }') + access;
  expect(problems(keep)).toEqual([
    expect.stringMatching(
      / rebuilds.keep_work.cost: needs rebuilds.farmer_hour: without what a farmer costs/,
    ),
  ]);
  const notify = (steps: string) => problems(`${rebuilds(`ticket: false\n  notify: ${steps}`)}${access}`);
  expect(notify('[{ after: 0m, mention: [role] }, { after: 30m, mention: [S0123ABCD, here] }]')).toEqual([]);
  expect(notify('[{ after: 0m, mention: [bob] }]')).toEqual([
    expect.stringMatching(/ rebuilds.notify\[0\].mention\[0\]: must be the id of a person/),
  ]);
  expect(notify('[{ after: 5m, mention: [role] }, { after: 5m, mention: [here] }]')).toEqual([
    expect.stringMatching(/ rebuilds.notify: each step must come later than the one before it/),
  ]);
});

test('tickets are on unless they are turned off', () => {
  expect(problems(rebuilds('in_flight: 3') + access)).toEqual([
    'farmhand.yml:3 rebuilds.ticket: needs a jira section: each rebuild has a ticket before anything is touched; or write ticket: false',
  ]);
});

test('an empty map is refused', () => {
  expect(problems(`${rebuilds()}access: { roles: [] }\n`)).toEqual([
    'farmhand.yml:8 access.roles: may not be empty',
    'farmhand.yml:8 access: nobody holds a role: give one to a person under users, or to a user group under groups',
  ]);
  expect(problems(`${rebuilds()}access: {}\n`)).toContain(
    'farmhand.yml:8 access: nobody holds a role: give one to a person under users, or to a user group under groups',
  );
});

test('roles that are not there, roles and clusters of one name: all at once', () => {
  const text = `rebuilds:
  channel: C0123DCR
  ticket: false
  clusters: [{ name: den }, { name: den }]
  repository: { repo: example/deployments }
access:
  roles:
    - { name: sre, verbs: ['*'], instances: ['*'] }
    - { name: watcher, verbs: [status, scal], instances: ['sys*tem'] }
    - { name: sre, verbs: [status], instances: ['*'] }
  users: { U0123ABCD: [sre, wacher] }
  groups: { S0123SRE: [admin], sre: [sre] }
`;
  expect(problems(text)).toEqual([
    'farmhand.yml:6 rebuilds.clusters[1].name: another cluster has this name already (number 1 of the list)',
    'farmhand.yml:11 access.roles[1].verbs[1]: must be *, start, scale, pause, resume, cancel, retry, override, approve, break_glass, freeze, thaw, status, plan, doctor, audit, silence or ticket',
    'farmhand.yml:11 access.roles[1].instances[0]: must be an instance, a beginning such as system*, or *',
    'farmhand.yml:12 access.roles[2].name: another role has this name already (number 1 of the list)',
    'farmhand.yml:13 access.users.U0123ABCD[1]: is no role of access.roles; did you mean watcher?',
    'farmhand.yml:14 access.groups.sre: must be a user group id such as S0123ABCD',
    'farmhand.yml:14 access.groups.S0123SRE[0]: is no role of access.roles; there is sre, watcher',
  ]);
});

test('an instance is in one environment', () => {
  const environments = (gov: string) =>
    `${rebuilds()}${access}  environments: { gov: { instances: [${gov}] }, edge: { instances: ["system*"] } }\n`;
  expect(problems(environments('systemgov1, "systemgov*"'))).toEqual([]);
  expect(problems(environments('"system*"'))).toEqual([
    'farmhand.yml:11 access.environments.edge.instances[0]: belongs to gov already; an instance is in one environment',
  ]);
});

test('a route that proposes rebuilds needs them', () => {
  const route =
    "routes:\n  - { name: a, match: [], actions: [thread, { rebuild: { instance: '{{labels.instance}}' } }] }\n";
  expect(problems(route)).toEqual([
    'farmhand.yml:4 routes[0].actions[1]: needs a rebuilds section, and there is none',
  ]);
});

test('quiet hours are some that exist, and what is critical counts in them alone', () => {
  const nights = `alerts:
  quiet_hours: [{ name: nights, from: "22:00", until: "07:00", zone: Europe/Zurich }]
`;
  const whole = rebuilds('ticket: false\n  quiet: nights\n  critical: [rebuild_failed]') + access + nights;
  expect(problems(whole)).toEqual([]);
  expect(problems(whole.replace('quiet: nights', 'quiet: night'))).toEqual([
    expect.stringMatching(
      / rebuilds\.quiet: names no quiet hours: there is no night in alerts\.quiet_hours.*nights/,
    ),
  ]);
  expect(problems(whole.replace('  quiet: nights\n', ''))).toEqual([
    expect.stringMatching(/ rebuilds\.critical: counts in quiet hours alone: write rebuilds\.quiet/),
  ]);
  expect(problems(whole.replace('rebuild_failed', 'approval'))).toEqual([
    expect.stringMatching(/ rebuilds\.critical\.?\[?0\]?: must be a question of docs\/runbook\.md: ticket, /),
  ]);
});
