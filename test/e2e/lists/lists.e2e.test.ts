import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionIds, blockIds, callbackIds } from '../../../views/ids.ts';
import { buttonsOf, channels, nora, openScene, readable, type Scene, sam } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, type WebhookAlert, webhook } from '../support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({
    // Slow enough for a digest in the last test.
    pacing: { posts_per_second: 3, burst: 3, updates_per_minute: 6_000 },
    slackPacing: false,
    digest: { threshold: 8, refresh: '1s' },
    searchPath: process.env['PATH'] ?? '',
  });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const fire = async (service: string, count: number): Promise<readonly WebhookAlert[]> => {
  const all = Array.from({ length: count }, (_, n) => ({ name: `${service}Down${n}`, labels: { service } }));
  await scene.client.send(webhook(...all));
  return all;
};
const rootsOf = (alerts: readonly WebhookAlert[]) =>
  Promise.all(alerts.map((alert) => scene.root(alertIdOf(alert))));
const list = (user: string, service: string) =>
  scene.world.slack.control.command({
    ...{ channel: channels.sre, user, command: '/alerts', text: `service=${service}` },
  });
const silencesWith = async (matcher: string) => {
  const response = await fetch(new URL('/api/v2/silences', scene.world.alertmanager.url));
  const all = (await response.json()) as { matchers: { name: string; value: string }[] }[];
  const words = all.map(({ matchers }) => matchers.map(({ name, value }) => `${name}=${value}`));
  return words.filter((one) => one.includes(matcher));
};
const filled = {
  [blockIds.silenceDuration]: { [actionIds.silenceDuration]: { type: 'static_select' } },
  [blockIds.silenceCustom]: { [actionIds.silenceCustom]: { type: 'plain_text_input', value: '1h' } },
  [blockIds.silenceReason]: { [actionIds.silenceReason]: { type: 'plain_text_input', value: 'deploy' } },
};
const submitForm = async (user: string) => {
  const { control } = scene.world.slack;
  const form = async () => (await control.modals()).at(-1)?.['callback_id'] === callbackIds.silenceListed;
  await until('the form', form, (there) => there);
  const text = JSON.stringify((await control.modals()).at(-1));
  expect(await control.submit({ user, values: filled })).toEqual({ result: 'closed' });
  return text;
};

test('one ticket for a list: clicked twice and by two people it is one issue, and each thread links it', {
  timeout: 90_000,
}, async () => {
  const alerts = await fire('orders', 4);
  const roots = await rootsOf(alerts);
  for (const user of [sam, nora]) {
    await list(user, 'orders');
    await scene.click(
      await scene.shown(user, /^4 alerts firing for service=orders/, channels.sre),
      user,
      'ticketList',
    );
  }
  const asked = /^Raise one ticket for 4 alerts for service=orders\?/;
  const [hers, his] = [
    await scene.shown(nora, asked, channels.sre),
    await scene.shown(sam, asked, channels.sre),
  ];
  await Promise.all([
    scene.click(hers, nora, 'ticketListed'),
    scene.click(his, sam, 'ticketListed'),
    scene.click(his, sam, 'ticketListed'),
  ]);
  for (const alert of alerts) {
    const root = await scene.rootSaying(alertIdOf(alert), /OPS-1/);
    expect(buttonsOf(root)).toContain(actionIds.openTicket);
  }
  await scene.ledger.quiet();
  for (const root of roots) {
    const said = await scene.thread(root);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/OPS-1>, asked for by .*\. One for 4 alerts: service=orders$/);
  }
  const [issue, ...more] = scene.world.jira.issues();
  expect(more).toEqual([]);
  const text = JSON.stringify(issue);
  expect(text).toContain('4 alerts for service=orders: ordersDown0, ordersDown1, ordersDown2 and 1 more');
  for (const { ts } of roots) expect(text).toContain(`/archives/C0ALERTS/p${ts.replace('.', '')}`);

  await list(nora, 'orders');
  await until(
    'a list that offers no ticket',
    () => scene.shown(nora, /^4 alerts firing for service=orders/, channels.sre),
    (again) => !buttonsOf(again).includes(actionIds.ticketList),
  );
});

test('one silence for a list, by as few labels as say it: every alert shows it, and Alertmanager has one', {
  timeout: 90_000,
}, async () => {
  const alerts = await fire('billing', 3);
  const roots = await rootsOf(alerts);
  await list(sam, 'billing');
  await scene.click(
    await scene.shown(sam, /^3 alerts firing for service=billing/, channels.sre),
    sam,
    'silenceList',
  );
  const form = await submitForm(sam);
  expect(form).toContain('3 alerts for service=billing');
  for (const alert of alerts) {
    const root = await scene.rootSaying(alertIdOf(alert), /Silenced until/);
    expect(readable(root)).toContain('deploy');
    expect(buttonsOf(root)).not.toContain(actionIds.silence);
  }
  await scene.ledger.quiet();
  for (const root of roots) {
    const said = await scene.thread(root);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^🔕 Silenced until .*: deploy\. /);
  }
  expect(await silencesWith('service=billing')).toEqual([['service=billing']]);
});

test('from the digest of a storm: acknowledged, one silence and one ticket for all that wait', {
  timeout: 120_000,
}, async () => {
  const alerts = await fire('flood', 40);
  const digest = await until(
    'a digest',
    async () =>
      (await scene.world.slack.control.messages(channels.alerts)).find(
        ({ metadata, text }) => metadata?.['event_type'] === 'farmhand_digest' && /waiting/.test(text),
      ),
    (found) => found !== undefined,
  );
  if (!digest) throw new Error('no digest');
  expect(buttonsOf(digest)).toEqual([actionIds.acknowledgeList, actionIds.silenceList, actionIds.ticketList]);
  await scene.click(digest, sam, 'ticketList');
  const ticket = await scene.shown(sam, /^Raise one ticket for \d+ alerts that wait/, channels.alerts);
  const counted = (text: string): number => Number(/\d+/.exec(text)?.[0]);
  await scene.click(ticket, sam, 'ticketListed');
  await scene.click(digest, sam, 'acknowledgeList');
  const all = await scene.shown(sam, /^Acknowledge \d+ alerts that wait/, channels.alerts);
  await scene.click(all, sam, 'acknowledgeListed');
  await scene.told(sam, /You have \d+ alerts that wait for their threads/, channels.alerts);
  await scene.click(digest, sam, 'silenceList');
  await submitForm(sam);
  await scene.told(sam, /asked to silence \d+ alerts that wait/, channels.alerts);
  await scene.ledger.quiet(60_000);
  const records = await Promise.all(alerts.map((alert) => scene.client.alert(alertIdOf(alert))));
  const has = (what: (alert: (typeof records)[number]) => unknown): number =>
    records.filter((alert) => what(alert) !== undefined).length;
  expect(has((alert) => alert?.acknowledged)).toBe(counted(all.text));
  expect(
    has((alert) => alert?.actions.find(({ kind, state }) => kind === 'ticket' && state === 'done')),
  ).toBe(counted(ticket.text));
  expect(await silencesWith('service=flood')).toHaveLength(1);
  expect(scene.world.jira.issues()).toHaveLength(2);
});
