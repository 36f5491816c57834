import { expect, test } from 'vitest';
import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import { actionIds } from '../../../views/ids.ts';
import { until } from '../../e2e/support/until.ts';
import { fingerprintOf, webhook } from '../../e2e/support/webhook.ts';
import { openBox } from '../box.ts';

/** One ticket for a list, killed on the way: one issue all the same, and each alert links it once. */
const user = 'U0SRE1';
const channel = 'C0SRE';

const openListed = async () => {
  const box = await openBox();
  const { farmhand, ledger, client, world } = box;
  const { control } = world.slack;

  const clicked = async (words: RegExp, action: string): Promise<void> => {
    const fits = (one: BoxMessage) => one.ephemeralTo === user && words.test(one.text);
    const all = await control.waitForMessages(channel, (found) => found.some(fits));
    const { ts = '' } = all.findLast(fits) ?? {};
    await control.click({ channel, user, ts, action_id: action });
  };

  const live = async (service: string, point: string) => {
    const alerts = [1, 2, 3].map((n) => ({ name: `${service}-${n}`, labels: { service } }));
    await box.listens();
    await client.send(webhook(...alerts));
    const records = () => Promise.all(alerts.map((alert) => ledger.alert(fingerprintOf(alert))));
    await until('threads', records, (all) => all.every((one) => one?.thread.state === 'open'), 90_000);
    await control.command({ channel, user, command: '/alerts', text: `service=${service}` });
    await clicked(new RegExp(`^3 alerts firing for service=${service}`), actionIds.ticketList);
    const question = new RegExp(`^Raise one ticket for 3 alerts for service=${service}`);
    await control.waitForMessages(channel, (all) => all.some(({ text }) => question.test(text)));
    box.begin();
    const deaths = farmhand.deaths;
    const issues = world.jira.issues().length;
    await client.offer(webhook({ name: 'Arming' }), { 'x-crash-at': point });
    await clicked(question, actionIds.ticketListed);
    const isDone = (all: Awaited<ReturnType<typeof records>>): boolean =>
      all.every((one) => one?.actions.some(({ state }) => state === 'done'));
    const after = await until('a ticket for each', records, isDone, 200_000);
    for (const alert of alerts) await ledger.told(fingerprintOf(alert), 90_000);
    const threads = await Promise.all(
      after.map(async (one) => {
        const ts = one?.thread.state === 'open' ? one.thread.ts : '';
        const all = await control.messages('C0ALERTS');
        return all.filter(
          ({ threadTs, deleted, ephemeralTo }) => threadTs === ts && !deleted && !ephemeralTo,
        );
      }),
    );
    return {
      died: farmhand.deaths - deaths,
      raised: world.jira.issues().length - issues,
      keys: new Set(after.map((one) => one?.actions[0]?.outcome?.id)).size,
      told: threads.map(({ length }) => length),
      crossed: box.crossed(),
    };
  };
  return { live, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
};

test('whoever dies when Jira has just raised it, or while the others get it, leaves one ticket, told once by each', {
  timeout: 350_000,
  tags: ['long'],
}, async () => {
  await using box = await openListed();
  const once = { raised: 1, keys: 1, told: [1, 1, 1] };
  const calm = await box.live('calm', 'nowhere');
  expect(calm).toMatchObject({ ...once, died: 0 });
  const raised = calm.crossed.findIndex((point) => /^call \/rest\/api\/\d\/issue answered/.test(point));
  const later = calm.crossed.slice(raised).filter((point) => /^redis commit .*before/.test(point));
  // Of the others the second one: the first has it by then, and the one that raised it does not say so yet.
  const points = [calm.crossed[raised], later[1]];
  for (const [n, point] of points.entries()) {
    if (point === undefined) throw new Error(`no such point in ${calm.crossed.join('\n')}`);
    expect
      .soft({ point, ...(await box.live(`crash${n}`, point)) })
      .toMatchObject({ point, ...once, died: 1 });
  }
});
