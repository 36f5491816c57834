import { afterAll, beforeAll, expect, test } from 'vitest';
import { setsOf } from '../../sandbox/repository/instances.ts';
import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import { decodeRebuild } from '../../src/integrations/redis/rebuilds/rebuild-write-plan.ts';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { actionIds, blockIds } from '../../views/ids.ts';
import { openRebuildScene, type RebuildScene, rami } from './support/rebuild-scene.ts';
import { buttonsOf, channels, nora, readable, sam } from './support/scene.ts';
import { until } from './support/until.ts';
import { webhook } from './support/webhook.ts';

/**
 * The gate of approval through Slack, as the one who asks for a rebuild would get around it: every door, in every state
 * that is shown before another person has agreed.
 */
let on: RebuildScene;
const pia = 'U0PLAT1';
const timeout = 240_000;
const instance = 'systemgov1';

beforeAll(async () => {
  on = await openRebuildScene({
    routes: [
      {
        name: 'outdated-caches',
        match: ['name="GovCacheOutdated"'],
        channel: channels.dcr,
        actions: ['thread', { rebuild: { instance, reason: '{{summary}}', run: true } }],
      },
    ],
  });
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

const replicas = () => {
  const { farmers, synchronizer } = setsOf(instance);
  const { view } = on.rebuilds.cluster;
  const namespace = 'tenant-105899-prod';
  return [view.replicas(namespace, synchronizer), view.replicas(namespace, farmers)];
};
/** What a rebuild would do: nothing of it may change on one person's word. */
const would = ({ plan, farmers, overrides, steps }: Rebuild) => ({
  farmers: [farmers.target, farmers.minimum],
  forced: plan.forced,
  overrides,
  skipped: steps.filter(({ state }) => state === 'skipped'),
});
const recordOf = async (id: string): Promise<Rebuild> => {
  const rebuild = await on.books.get(id);
  if (!rebuild) throw new Error(`no record of ${id}`);
  return rebuild;
};
/** The newest direct message to a person about this rebuild that matches. */
const direct = async (id: string, user: string, text: RegExp): Promise<BoxMessage> => {
  const { control } = on.scene.world.slack;
  const look = async (): Promise<readonly BoxMessage[]> => {
    const mine = (await recordOf(id)).messages?.find((message) => message.user === user && message.channel);
    const all = mine?.channel === undefined ? [] : await control.messages(mine.channel);
    return all.filter(({ ephemeralTo }) => ephemeralTo === undefined);
  };
  const fits = (message: BoxMessage) => text.test(readable(message));
  const seen = await until(`${user} to read ${text} in private`, look, (all) => all.some(fits), 60_000);
  return seen.findLast(fits) as BoxMessage;
};
const press = (user: string, message: BoxMessage, action: keyof typeof actionIds) =>
  on.press(user, message, action);
/** What was answered to a click in private. */
const toldPrivately = async (user: string, channel: string, text: RegExp): Promise<void> => {
  const fits = (message: BoxMessage) => message.ephemeralTo === user && text.test(readable(message));
  await on.scene.world.slack.control.waitForMessages(channel, (all) => all.some(fits), 30_000);
};
/** Thirteen days go by for this record. */
const age = async (id: string): Promise<void> => {
  const key = createKeys('farmhand').rebuild(id);
  const value = (await on.scene.redis.get(key)) ?? '';
  const rebuild = decodeRebuild(value);
  const ago = 13 * 24 * 3_600_000;
  const { approval, plannedAt = rebuild.at } = rebuild;
  const version = rebuild.version + 1;
  const older = {
    ...rebuild,
    version,
    plannedAt: plannedAt - ago,
    ...(approval && { approval: { ...approval, at: approval.at - ago } }),
  };
  await on.scene.redis.set(key, `${version}|${JSON.stringify(older)}`);
};

test('what one person asks for is done by no door, in no state, before another person has approved it', {
  timeout,
}, async () => {
  const { dcr, told, card, thread, reply, books } = on;
  const { control } = on.scene.world.slack;
  const { id } = await on.start(sam, instance);
  const asked = await card(id, /A second person must approve/);
  const before = would(await recordOf(id));
  expect(before).toEqual({ farmers: [4, 2], forced: false, overrides: [], skipped: [] });

  // The card names who could approve it; each of them is told, and the one who asks is not.
  const named = await card(id, /Can be approved by .*Each of them got a direct message/);
  for (const user of [nora, pia, rami]) {
    expect(readable(named)).toContain(`<@${user}>`);
    const message = await direct(id, user, /waits for your approval/);
    expect(readable(message)).toMatch(/At most \*4 farmers\*.*systemgov1-dcr-farmer/s);
    expect(buttonsOf(message)).toEqual([actionIds.rebuildApprove, actionIds.rebuildOpen]);
  }
  const asking = (await recordOf(id)).messages?.map(({ user }) => user ?? 'the channel');
  expect(asking?.sort()).toEqual([nora, pia, rami, 'the channel'].sort());
  const [inChannel, ...more] = (await control.messages('C0APPROVERS')).filter(({ threadTs }) => !threadTs);
  expect([inChannel && buttonsOf(inChannel), more]).toEqual([
    [actionIds.rebuildApprove, actionIds.rebuildOpen],
    [],
  ]);

  await press(sam, asked, 'rebuildApprove');
  await told(sam, /whoever asked for a rebuild cannot approve it/);
  await dcr(sam, `pause ${instance} to get around it`);
  const paused = await card(id, /\*Paused\* by/);
  expect(buttonsOf(paused)).not.toContain(actionIds.rebuildScale);
  expect(buttonsOf(paused)).not.toContain(actionIds.rebuildOverride);

  const waits = /waits for (the )?approval/;
  await dcr(sam, `scale ${instance} 11`);
  await told(sam, waits);
  await reply(id, sam, 'scale 10');
  await told(sam, waits);
  await dcr(sam, `retry ${instance}`);
  await told(sam, /not for a retry/);
  await dcr(sam, `override ${instance}`);
  const notice = await control.waitForModal(20_000);
  await until(
    'why not',
    async () => JSON.stringify(await control.modals()),
    (text) => waits.test(text),
  );
  expect(notice).toBeDefined();
  await control.closeModal(sam);
  // Buttons of a card on which they are offered, with this rebuild put into them.
  const other = await on.start(nora, 'system6');
  const running = await card(other.id, /Running/);
  for (const action_id of [actionIds.rebuildScale, actionIds.rebuildOverride]) {
    await control.click({ channel: channels.dcr, user: sam, ts: running.ts, action_id, stale_value: id });
    await until(
      'why not',
      async () => JSON.stringify(await control.modals()),
      (text) => waits.test(text),
    );
    await control.closeModal(sam);
  }
  await dcr(nora, 'cancel system6 was only there for its buttons');
  expect(would(await recordOf(id))).toEqual(before);
  expect((await recordOf(id)).asked).toBeUndefined();

  // Another person, from the direct message; everybody else's says so.
  const mine = await direct(id, nora, /waits for your approval/);
  await press(nora, mine, 'rebuildApprove');
  await toldPrivately(nora, mine.channel, /is approved/);
  await thread(id, /The rebuild of systemgov1 is approved/);
  for (const user of [nora, pia, rami]) {
    const closed = await direct(id, user, new RegExp(`Approved by <@${nora}>`));
    expect(buttonsOf(closed)).toEqual([actionIds.rebuildOpen]);
  }

  // Still paused: more than was approved is written down, and no more.
  await dcr(sam, `scale ${instance} 9 because it is slow`);
  await told(sam, /Asked for, not done: scale to 9 farmers.*Can be approved by .*U0PLAT1/s);
  const overridden = (kind: string, values: Readonly<Record<string, unknown>>) =>
    on.form(sam, () => dcr(sam, `override ${instance}`), {
      [blockIds.overrideKind]: {
        [actionIds.overrideKind]: { type: 'static_select', selected_option: { value: kind } },
      },
      [blockIds.overrideStep]: { [actionIds.overrideStep]: { type: 'static_select', selected_option: null } },
      [blockIds.overrideAmount]: { [actionIds.overrideAmount]: { type: 'plain_text_input', value: null } },
      [blockIds.overrideReason]: {
        [actionIds.overrideReason]: { type: 'plain_text_input', value: 'nobody looks' },
      },
      ...values,
    });
  await overridden('force', {});
  await thread(id, /Asked for, not done: force the rebuild/);
  await overridden('accept_farmers', {
    [blockIds.overrideAmount]: { [actionIds.overrideAmount]: { type: 'plain_text_input', value: '1' } },
  });
  await thread(id, /Asked for, not done: accept 1 farmer/);
  await overridden('skip_step', {
    [blockIds.overrideStep]: {
      [actionIds.overrideStep]: { type: 'static_select', selected_option: { value: 'propagate' } },
    },
  });
  await thread(id, /Asked for, not done: skip the step/);
  await dcr(sam, `approve ${instance}`);
  const shown = await told(sam, /More is asked for than was approved/);
  await press(sam, shown, 'rebuildApprove');
  await told(sam, /or for a part of what would be approved, cannot approve it/);
  expect(would(await recordOf(id))).toEqual(before);

  // Taken back by whoever asked; nobody else can take it back.
  const wished = await card(id, /More is asked for than was approved/);
  await press(rami, wished, 'rebuildWithdraw');
  await told(rami, /you asked for nothing that waits here/);
  await press(sam, wished, 'rebuildWithdraw');
  await thread(id, /Withdrawn: scale to 9 farmers, force the rebuild, accept 1 farmer, skip the step/);
  await direct(id, pia, /Withdrawn by/);
  expect((await recordOf(id)).asked).toBeUndefined();
  expect(would(await recordOf(id))).toEqual(before);

  // The form is opened while it is approved, and sent when that is thirteen days ago.
  await on.form(
    sam,
    async () => {
      await dcr(sam, `override ${instance}`);
      await control.waitForModal(20_000);
      await age(id);
    },
    {
      [blockIds.overrideKind]: {
        [actionIds.overrideKind]: { type: 'static_select', selected_option: { value: 'force' } },
      },
      [blockIds.overrideStep]: { [actionIds.overrideStep]: { type: 'static_select', selected_option: null } },
      [blockIds.overrideAmount]: { [actionIds.overrideAmount]: { type: 'plain_text_input', value: null } },
      [blockIds.overrideReason]: {
        [actionIds.overrideReason]: { type: 'plain_text_input', value: 'it was approved once' },
      },
    },
  );
  await told(sam, /nothing may be overridden before that/);
  await dcr(sam, `resume ${instance}`);
  await thread(id, /The approval by .* is older than 15m, and nothing has been started since/s);
  await card(id, /A second person must approve/);
  expect(would(await recordOf(id))).toEqual(before);
  expect(replicas()).toEqual([0, 0]);
  await direct(id, rami, /that approval does not count any more/);
  // The old button approves nothing: it shows what is asked for now.
  const fresh = await direct(id, pia, /waits for your approval/);
  const stale = { channel: fresh.channel, user: pia, ts: fresh.ts, action_id: actionIds.rebuildApprove };
  await control.click({ ...stale, stale_value: `${id}#0123456789abcdef` });
  await toldPrivately(pia, fresh.channel, /what you saw is not what is asked for any more/);
  expect((await recordOf(id)).approval).toBeUndefined();
  await press(pia, fresh, 'rebuildApprove');
  const begun = await books.when('its first change', id, ({ effects }) => effects.length > 0);
  expect(begun.approval?.by.id).toBe(pia);
  expect(would(begun)).toEqual(before);
  await dcr(sam, `cancel ${instance} enough was seen`);
  await books.told(id, 120_000);
});

test('a route with run: true is no person: one confirms, another one approves', { timeout }, async () => {
  const { card, books, told, dcr } = on;
  await on.scene.client.send(webhook({ name: 'GovCacheOutdated', labels: { instance } }));
  const { id } = await on.started(instance);
  const asked = await card(id, /Two persons must agree/);
  expect(replicas()).toEqual([0, 0]);
  const first = await direct(id, nora, /waits for a confirmation/);
  await press(nora, first, 'rebuildApprove');
  await direct(id, rami, /Confirmed by <@U0SRE2>.*Another person must still approve it/s);
  await card(id, /It was confirmed by/);
  await press(nora, asked, 'rebuildApprove');
  await told(nora, /You confirmed it already/);
  await dcr(nora, `approve ${instance}`);
  await told(nora, /Nothing was approved yet/);
  expect((await recordOf(id)).approval).toBeUndefined();
  expect(replicas()).toEqual([0, 0]);
  const second = await direct(id, rami, /waits for your approval/);
  await press(rami, second, 'rebuildApprove');
  const begun = await books.when('its first change', id, ({ effects }) => effects.length > 0);
  expect(begun.approval?.by.id).toBe(rami);
  await dcr(sam, `cancel ${instance} enough was seen`);
  await books.told(id, 120_000);
});
