import { type ExpectStatic, it } from 'vitest';
import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import { sha256 } from '../../src/core/hash.ts';
import { byFullName } from '../e2e/support/scene.ts';
import { until } from '../e2e/support/until.ts';
import { fingerprintOf, type WebhookAlert, webhook } from '../e2e/support/webhook.ts';
import { choosePoints, openBox } from './box.ts';

/** A group through its life, killed on the way: it fires, is acknowledged by one click, and is over. */
const channel = 'C0ALERTS';

/** What people see of a group, and what is on record of its members, once nothing is left to do. */
interface Seen {
  /** Roots that Slack ever had for it, those that were removed too. */
  readonly roots: readonly string[];
  readonly pages: number;
  readonly said: readonly string[];
  readonly acknowledged: number;
}

const openGroups = async () => {
  const box = await openBox({ routes: [{ name: 'groups', group_by: ['service'], actions: ['thread'] }] });
  const { farmhand, ledger, client, crossed } = box;
  const { control } = box.world.slack;

  const live = async (service: string, count: number, point: string) => {
    box.begin();
    const members = Array.from(
      { length: count },
      (_, n): WebhookAlert => ({
        name: 'Down',
        labels: { service, instance: `node-${n}` },
      }),
    );
    const fingerprint = sha256(JSON.stringify(['group', channel, 'groups', [['service', service]]]), 16);
    const record = () => ledger.alert(fingerprint);
    const deaths = farmhand.deaths;
    await box.listens();
    const armed = await client.offer(webhook(...members), { 'x-crash-at': point });
    if (armed?.status !== 202) await client.send(webhook(...members));
    const shows = (what: string, fits: (alert: Alert) => boolean) =>
      until(what, record, (alert) => alert !== undefined && fits(alert), 90_000);
    await shows('all members', ({ group, thread }) => group?.firing === count && thread.state === 'open');
    await ledger.told(fingerprint);
    while ((await record())?.ack === undefined) {
      await box.listens();
      const alert = await record();
      const ts = alert?.thread.state === 'open' ? alert.thread.ts : '';
      const at = farmhand.deaths;
      await control.click({ channel, user: 'U0SRE1', ts, action_id: 'alert.acknowledge' });
      const answered = async () => (await record())?.ack !== undefined || farmhand.deaths > at;
      await until('the acknowledgement', answered, (yes) => yes, 5_000).catch(() => false);
    }
    const owners = async () => {
      const alerts = await Promise.all(members.map((one) => ledger.alert(fingerprintOf(one))));
      return alerts.filter((alert) => alert?.ack?.by.id === 'U0SRE1').length;
    };
    await until('all to have it', owners, (have) => have === count, 90_000);
    const acknowledged = await owners();
    await client.send(webhook(...members.map((one) => ({ ...one, status: 'resolved' as const }))));
    await shows('the end', ({ status }) => status === 'resolved');
    await ledger.told(fingerprint);
    if (crossed().some((line) => line.startsWith('KILLED '))) {
      await until(
        'the death',
        async () => farmhand.deaths,
        (died) => died > deaths,
      );
      await box.listens();
    }
    await ledger.atRest(180_000);
    const seen: Seen = { ...shown(await control.messages(channel), service, await record()), acknowledged };
    return { point, seen, died: farmhand.deaths - deaths };
  };
  return { live, crossed, farmhand, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
};

const shown = (
  messages: readonly BoxMessage[],
  service: string,
  group: Alert | undefined,
): Omit<Seen, 'acknowledged'> => {
  const of = (type: string) => messages.filter(({ metadata }) => metadata?.['event_type'] === type);
  const ts = group?.thread.state === 'open' ? group.thread.ts : '';
  const inThread = (one: BoxMessage) => one.threadTs === ts && !one.deleted;
  return {
    roots: of('farmhand_alert')
      .filter(({ blocks }) => JSON.stringify(blocks).includes(`\`${service}\``))
      .map(({ text, deleted }) => (deleted ? `deleted: ${text}` : text).replaceAll(service, 'SERVICE')),
    pages: of('farmhand_members').filter(inThread).length,
    said: of('farmhand_note')
      .filter(inThread)
      .flatMap(({ text }) => text.split('\n'))
      .map((line) => byFullName(line.replace(/ · .*$/, ''))),
  };
};

const members = 30;
const calmly: Seen = {
  roots: [`✅ Resolved, critical: Down on SERVICE – ${members} alerts, all resolved`],
  pages: 2,
  said: [`👀 *Sam (SRE)* has it: all ${members} that fire`, '✅ Resolved'],
  acknowledged: members,
};

/** `boxes`: lives at once, as a lost claim is waited for. */
const killedAt = async (
  expect: ExpectStatic,
  boxes: number,
  choose: (all: readonly string[]) => readonly string[],
  atLeast: number,
): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await openGroups());
  const calm = await first.live('calm', members, 'nowhere');
  expect(calm.seen).toEqual(calmly);
  const left = [...choose(first.crossed())];
  expect(left.length).toBeGreaterThanOrEqual(atLeast);
  const others = await Promise.all(
    Array.from({ length: boxes - 1 }, async () => stack.use(await openGroups())),
  );
  const results = await Promise.all(
    [first, ...others].map(async (box, i) => {
      const lives = [];
      for (let point = left.shift(); point !== undefined; point = left.shift()) {
        lives.push(await box.live(`crash${i}x${lives.length}`, members, point));
      }
      return lives;
    }),
  );
  const all = results.flat();
  console.log(`killed at ${all.filter(({ died }) => died > 0).length} of ${all.length} boundaries`);
  for (const { point, seen } of all) expect.soft({ point, ...seen }).toEqual({ point, ...calmly });
  expect(all.filter(({ died }) => died > 0).length).toBeGreaterThanOrEqual(atLeast - 2);
};

it(
  'a group that is killed where it is gathered has one thread, and one acknowledgement of all',
  {
    timeout: 300_000,
  },
  ({ expect }) =>
    killedAt(
      expect,
      1,
      (all) =>
        choosePoints(
          all.filter((point) => /farmhandGathered|redis hgetall gm/.test(point)),
          4,
        ),
      3,
    ),
);

it(
  'a group has one thread, one list and one acknowledgement of all, wherever the process is killed',
  {
    tags: ['long'],
    timeout: 900_000,
  },
  ({ expect }) => killedAt(expect, 4, (all) => choosePoints(all, 28), 24),
);

it('400 alerts, killed again and again: one thread, one click', {
  timeout: 300_000,
}, async ({ expect }) => {
  await using box = await openGroups();
  const points = ['nowhere', 'redis farmhandGathered before#2', 'call chat.update sent#1'];
  for (const [n, point] of points.entries()) {
    const { seen } = await box.live(`many${n}`, 400, point);
    expect({ point, ...seen }).toEqual({
      point,
      roots: ['✅ Resolved, critical: Down on SERVICE – 400 alerts, all resolved'],
      pages: 4,
      said: ['👀 *Sam (SRE)* has it: all 400 that fire', '✅ Resolved'],
      acknowledged: 400,
    });
  }
});
