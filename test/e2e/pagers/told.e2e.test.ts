import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPagerReceiver } from '../../fakes/pager-receiver.ts';
import { openScene, type Scene, sam, unpaced } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, fingerprintOf, type WebhookAlert, webhook } from '../support/webhook.ts';

/** farmhand as it runs, and whoever pages people: each is told what it has to know, once, and in time. */
const keys = { routing: 'r'.repeat(32), genie: 'genie-key', hmac: 'hmac-secret' };
const kinds = ['pagerduty', 'opsgenie', 'webhook'] as const;
const waits = { soon: 0, later: 8_000 } as const;

let scene: Scene;
let pager: Awaited<ReturnType<typeof startPagerReceiver>>;
beforeAll(async () => {
  pager = await startPagerReceiver(keys);
  const { url } = pager;
  const routes = kinds.flatMap((to) =>
    Object.entries(waits).map(([when, after]) => ({
      name: `${to}-${when}`,
      match: [`service="${to}-${when}"`],
      actions: ['thread', { pager: { to, after: `${after}ms` } }],
    })),
  );
  const grouped = { to: 'pagerduty' };
  scene = await openScene(
    {
      ...unpaced,
      routes: [
        ...routes,
        { name: 'grouped', group_by: ['service'], actions: ['thread', { pager: grouped }] },
      ],
      sections: {
        pagers: [
          { name: 'pagerduty', timeout: '1s', pagerduty: { routing_key: { env: 'PD' }, url } },
          { name: 'opsgenie', timeout: '1s', opsgenie: { api_key: { env: 'GENIE' }, url } },
          { name: 'webhook', timeout: '1s', webhook: { url: `${url}/hook`, secret: { env: 'HMAC' } } },
        ],
      },
    },
    { env: { PD: keys.routing, GENIE: keys.genie, HMAC: keys.hmac } },
  );
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
  await pager?.[Symbol.asyncDispose]();
});

const paged = (id: string, state: string) =>
  until(
    `${id} to be ${state}`,
    async () => pager.known.get(id)?.state,
    (seen) => seen === state,
  );
const alertOf = (name: string, to: string, when: keyof typeof waits): WebhookAlert => ({
  name,
  labels: { service: `${to}-${when}` },
});
/** Calls about this one; whichever shape they have. */
const callsAbout = (id: string) =>
  pager.calls.filter(({ body }) => JSON.stringify(body).includes(id) || body['alias'] === id);

describe.each(kinds)('%s', (to) => {
  test('is told of it after the wait, of who has it, and of its end', async () => {
    const alert = alertOf('Paged', to, 'later');
    const id = alertIdOf(alert);
    const sent = Date.now();
    await scene.client.send(webhook(alert));
    const root = await scene.root(id);
    await paged(id, 'triggered');
    expect(Date.now() - sent).toBeGreaterThan(waits.later);
    await until(
      'the thread to say so',
      () => scene.thread(root),
      (lines) => lines.some((line) => line.includes(to)),
    );
    await scene.click(root, sam, 'acknowledge');
    await paged(id, 'acknowledged');
    await scene.client.send(webhook({ ...alert, status: 'resolved' }));
    await paged(id, 'resolved');
    await scene.ledger.told(fingerprintOf(alert));
    expect(pager.known.get(id)).toEqual({ state: 'resolved', opened: 1 });
    const did = (await scene.client.journal(id)).filter(({ what }) => what.startsWith('pager'));
    expect(did.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      `pager_done: ${to}: trigger`,
      `pager.2_done: ${to}: acknowledge`,
      `pager.3_done: ${to}: resolve`,
    ]);
  });

  test('is told nothing of what somebody has before the wait is over', async () => {
    const alert = alertOf('Quick', to, 'later');
    const id = alertIdOf(alert);
    await scene.client.send(webhook(alert));
    await scene.click(await scene.root(id), sam, 'acknowledge');
    const root = await scene.rootSaying(id, /Acknowledged/);
    await new Promise((resolve) => setTimeout(resolve, waits.later + 1_000));
    expect(callsAbout(id)).toEqual([]);
    // Given back: it waits as long once more, and then pages.
    await scene.click(root, sam, 'unacknowledge');
    await paged(id, 'triggered');
    expect(pager.known.get(id)).toEqual({ state: 'triggered', opened: 1 });
  });

  test.each(['silence', 'drop', { status: 503 }] as const)(
    'that answers %j is told again, and pages once',
    {
      timeout: 90_000,
    },
    async (fate) => {
      const alert = alertOf(`Unanswered${JSON.stringify(fate).length}`, to, 'soon');
      const id = alertIdOf(alert);
      pager.fates.push(fate);
      await scene.client.send(webhook(alert));
      await until(
        'a second call',
        async () => callsAbout(id).length,
        (calls) => calls >= 2,
      );
      await paged(id, 'triggered');
      const taken = () => scene.ledger.alert(fingerprintOf(alert));
      await until('its outcome', taken, (one) => one?.actions[0]?.state === 'done');
      expect(pager.known.get(id)).toEqual({ state: 'triggered', opened: 1 });
    },
  );

  test('that could not be told that somebody has it is told of the end all the same', {
    timeout: 90_000,
  }, async () => {
    const alert = alertOf('EndsMeanwhile', to, 'soon');
    const id = alertIdOf(alert);
    await scene.client.send(webhook(alert));
    await paged(id, 'triggered');
    pager.fates.push({ status: 503 });
    await scene.click(await scene.root(id), sam, 'acknowledge');
    await scene.rootSaying(id, /Acknowledged/);
    await scene.client.send(webhook({ ...alert, status: 'resolved' }));
    await paged(id, 'resolved');
    expect(pager.known.get(id)).toEqual({ state: 'resolved', opened: 1 });
  });

  test('that refuses is not asked again, and the thread says why', async () => {
    const alert = alertOf('Refused', to, 'soon');
    const id = alertIdOf(alert);
    pager.fates.push({ status: 400 });
    await scene.client.send(webhook(alert));
    const root = await scene.root(id);
    const said = await until(
      'the thread to say so',
      () => scene.thread(root),
      (lines) => lines.length > 0,
    );
    expect(said.join('\n')).toContain(`Pager ${to}, trigger: it answered 400: not now`);
    await scene.ledger.quiet();
    expect(callsAbout(id)).toHaveLength(1);
    expect(pager.known.has(id)).toBe(false);
  });
});

test('what fires again pages again, and only then', async () => {
  const alert = alertOf('Again', 'pagerduty', 'soon');
  const id = alertIdOf(alert);
  await scene.client.send(webhook(alert));
  await paged(id, 'triggered');
  await scene.client.send(webhook({ ...alert, status: 'resolved' }));
  await paged(id, 'resolved');
  const again = { ...alert, startsAt: Date.now() - 1_000 };
  await scene.client.send(webhook(again));
  await paged(id, 'triggered');
  expect(pager.known.get(id)).toEqual({ state: 'triggered', opened: 2 });
});

test('a group is paged once, for all of its alerts, and one acknowledgement is for all', async () => {
  const members = [1, 2, 3].map((n) => ({ name: `Member${n}`, labels: { service: 'grouped' } }));
  await scene.client.send(webhook(...members));
  const of = async () => [...pager.known].filter(([, { state }]) => state === 'triggered').map(([id]) => id);
  const before = await of();
  const group = async () => (await of()).filter((id) => !before.includes(id));
  const found = await until('the group to be paged', group, (ids) => ids.length > 0);
  expect(found).toHaveLength(1);
  const [id = ''] = found;
  await scene.click(await scene.root(id), sam, 'acknowledge');
  await paged(id, 'acknowledged');
  await scene.client.send(webhook(...members.map((member) => ({ ...member, status: 'resolved' as const }))));
  await paged(id, 'resolved');
  for (const member of members) expect(callsAbout(alertIdOf(member))).toEqual([]);
});
