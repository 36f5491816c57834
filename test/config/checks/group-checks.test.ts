import { expect, test } from 'vitest';
import { load, minimal, problemsOf, tokens } from '../minimal.ts';

const route = (keys: string): string => minimal(`routes:\n  - { name: all, ${keys} }\n`);
const problems = (keys: string) =>
  problemsOf(() => load(route(keys), { env: tokens })).map(({ message }) => message);

test.each([
  ['group_by: [alertname, service]', ['alertname', 'service']],
  ['group_by: source', 'source'],
  ["group_by: ['...']", ['...']],
  ['channel: C0123ABCD', ['...']],
])('%s', (keys, groupBy) => {
  expect(load(route(keys), { env: tokens }).routes[0]?.group_by).toEqual(groupBy);
});

const list = "must be a list of label names such as [alertname, service], ['...'], or source";
test.each([
  [
    'group_by: []',
    "must name at least one label; for one thread an alert write ['...'], or leave group_by out",
  ],
  [
    "group_by: ['...', service]",
    'has ... beside labels; ... alone means one thread an alert, labels alone make groups',
  ],
  ['group_by: [service, service]', 'names a label twice'],
  ["group_by: ['service=']", 'must be the name of a label, such as service'],
  ['group_by: service', list],
])('%s teaches', (keys, message) => {
  expect(problems(keys)).toEqual([message]);
});

test('whom to mention is read, and nobody can be mentioned without a thread', () => {
  const notify = 'notify: [{ after: 0m, mention: [S0123ABCD] }, { after: 30m, mention: [channel] }]';
  expect(load(route(notify), { env: tokens }).routes[0]?.notify).toEqual([
    { after: 0, mention: ['S0123ABCD'] },
    { after: 1_800_000, mention: ['channel'] },
  ]);
  expect(load(route('channel: C0123ABCD'), { env: tokens }).routes[0]?.notify).toEqual([]);
  expect(problems('notify: [{ after: 10m, mention: [role] }, { after: 5m, mention: [here] }]')).toEqual([
    'must be the id of a person (U0123ABCD) or user group (S0123ABCD), or channel or here',
    'each step must come later than the one before it',
  ]);
  expect(problems(`${notify}, actions: [{ api_task: { task: t } }]`)).toContain(
    'is said in the thread, but the route opens none; add the action thread',
  );
});

test('reminders and broadcasts are read', () => {
  const [read] = load(route('remind: 4h, broadcast_refire: true'), { env: tokens }).routes;
  expect(read).toMatchObject({ remind: 14_400_000, broadcast_refire: true });
  expect(problems('remind: 4h, broadcast_refire: true, actions: [{ api_task: { task: t } }]')).toHaveLength(
    3,
  );
});

test('quiet hours are read, and a route names one that is there', () => {
  const hours = (more: string) =>
    `${route(more)}alerts: { quiet_hours: [{ name: nights, from: '22:00', until: '07:30', zone: Europe/Zurich }] }\n`;
  const { alerts, routes } = load(hours('quiet: nights'), { env: tokens });
  expect(alerts.quiet_hours).toEqual([
    { name: 'nights', from: 79_200_000, until: 27_000_000, zone: 'Europe/Zurich' },
  ]);
  expect(routes[0]?.quiet).toBe('nights');
  expect(problems('quiet: night')).toEqual(['names no quiet hours: there is no night in alerts.quiet_hours']);
  expect(() =>
    load(hours('quiet: nights').replace('22:00', '24:00').replace('Zurich', 'Basel'), { env: tokens }),
  ).toThrow(/22:00[\s\S]*time zone/);
  expect(() => load(hours('quiet: nights').replace('22:00', '07:30'), { env: tokens })).toThrow(/all day/);
});

test('what belongs to the group cannot be used by its alerts', () => {
  expect(problems('group_by: [service], actions: [ticket]')).toContain(
    'makes groups that share a thread, but the route opens none; add the action thread',
  );
  const task = "api_task: { task: t, params: { a: '{{thread.permalink}}' } }";
  expect(problems(`group_by: [service], actions: [thread, { ${task} }]`)).toContain(
    'uses {{thread…}}, which with group_by belongs to the group, and not to each of its alerts; leave it out',
  );
  expect(problems('group_by: [service], actions: [thread, { rebuild: { instance: system6 } }]')).toContain(
    'is proposed in the thread of its alert, and with group_by there is none; write run: true, or leave group_by out',
  );
});
