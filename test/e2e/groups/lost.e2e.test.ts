import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import { channels, openScene, readable, type Scene, sam, unpaced } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { type WebhookAlert, webhook } from '../support/webhook.ts';

/** Redis forgets a group: its root is known again, and so are the lists in its thread. */
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

const service = 'orders';
const alerts = Array.from(
  { length: 30 },
  (_, n): WebhookAlert => ({
    name: 'Down',
    labels: { service, instance: `node-${n}` },
  }),
);

/** farmhand tells of trouble of its own as well. */
const isOurs = ({ text }: BoxMessage): boolean => !text.includes('Audit in trouble');
const ofType = async (type: string): Promise<readonly BoxMessage[]> =>
  (await scene.world.slack.control.messages(channels.alerts)).filter(
    (message) => message.metadata?.['event_type'] === type && !message.deleted && isOurs(message),
  );
const rootSays = (text: string) =>
  until(
    `a root that says ${text}`,
    () => ofType('farmhand_alert'),
    (roots) => roots.some((root) => readable(root).includes(text)),
    60_000,
  );
const times = (messages: readonly BoxMessage[]): readonly string[] => messages.map(({ ts }) => ts).sort();

test.each(['under a living farmhand', 'while everything is stopped'])(
  'Redis is flushed %s: one root, and the same lists',
  { timeout: 120_000 },
  async (how) => {
    await scene.client.send(webhook(...alerts));
    const [root, ...others] = await rootSays('30 firing');
    expect(others).toEqual([]);
    if (!root) throw new Error('no root');
    if (!readable(root).includes('has it since')) await scene.click(root, sam, 'acknowledge');
    await rootSays('has it since');
    await scene.ledger.quiet();
    const pages = times(await ofType('farmhand_members'));
    expect(pages).toHaveLength(2);

    if (how.startsWith('under')) await scene.redis.flushall();
    else {
      await scene.farmhand().stop();
      await scene.redis.flushall();
      await scene.start();
    }
    // Another one reports first, and not all of them report that they still fire.
    await scene.client.send(webhook(...alerts.slice(20).toReversed()));
    await scene.client.send(
      webhook(...alerts.slice(0, 20).map((one) => ({ ...one, status: 'resolved' as const }))),
    );
    // The root may be brought up to date once between the two.
    await rootSays('20 resolved');
    await scene.ledger.quiet();
    const roots = await ofType('farmhand_alert');
    expect(times(roots)).toEqual([root.ts]);
    expect(readable(roots[0])).toContain('10 firing');
    expect(readable(roots[0])).toContain('20 resolved');
    expect(readable(roots[0])).toContain('has it since');
    expect(times(await ofType('farmhand_members'))).toEqual(pages);

    await scene.client.send(webhook(...alerts.map((one) => ({ ...one, status: 'resolved' as const }))));
    await rootSays('All 30 alerts resolved');
    await scene.ledger.quiet();
    expect(times(await ofType('farmhand_alert'))).toEqual([root.ts]);
    expect(times(await ofType('farmhand_members'))).toEqual(pages);
    // For the next one: they fire again, in the same thread.
    const startsAt = Date.now();
    for (const [n, one] of alerts.entries()) alerts[n] = { ...one, startsAt };
  },
);
