import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionIds } from '../../../views/ids.ts';
import {
  buttonsOf,
  channels,
  nora,
  openScene,
  readable,
  type Scene,
  sam,
  unpaced,
} from '../support/scene.ts';
import { until } from '../support/until.ts';
import { type WebhookAlert, webhook } from '../support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({
    ...unpaced,
    routes: [{ name: 'groups', group_by: ['service'], actions: ['thread'] }],
  });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const members = Array.from(
  { length: 3 },
  (_, n): WebhookAlert => ({ name: 'Down', labels: { service: 'orders', instance: `node-${n}` } }),
);
const rootSaying = async (text: string) => {
  const roots = await until(
    `a root that says ${text}`,
    async () =>
      (await scene.world.slack.control.messages(channels.alerts)).filter(
        ({ metadata, deleted }) => metadata?.['event_type'] === 'farmhand_alert' && !deleted,
      ),
    (found) => found.some((root) => readable(root).includes(text)),
    30_000,
  );
  expect(roots).toHaveLength(1);
  const [root] = roots;
  if (!root) throw new Error('no root');
  return root;
};

test('Raise ticket on a group, clicked by two people: one issue for all of its alerts', {
  timeout: 90_000,
}, async () => {
  await scene.client.send(webhook(...members));
  const root = await rootSaying('3 firing');
  expect(buttonsOf(root)).toContain(actionIds.ticket);
  await Promise.all([scene.click(root, sam, 'ticket'), scene.click(root, nora, 'ticket')]);
  const shown = await rootSaying('OPS-1');
  expect(shown.ts).toBe(root.ts);
  expect(buttonsOf(shown)).toContain(actionIds.openTicket);
  expect(buttonsOf(shown)).not.toContain(actionIds.ticket);
  await scene.ledger.quiet();
  const [issue, ...more] = scene.world.jira.issues();
  expect(more).toEqual([]);
  expect(issue?.key).toBe('OPS-1');
  expect(JSON.stringify(issue)).toContain('orders');
  expect((await scene.thread(root)).filter((line) => line.startsWith('🎫 Ticket'))).toHaveLength(1);
});
