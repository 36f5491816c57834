import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedProcess } from '../../sandbox/process/process.ts';
import { channels } from '../load/channels.ts';
import { type LoadEvent, newAlerts } from '../load/events.ts';
import { openProducer, type Producer } from '../load/produce.ts';
import { sendSteadily } from '../load/send-steadily.ts';
import type { SlackStub } from '../load/stub.ts';
import { waitUntil } from '../measure/progress.ts';
import type { Row } from '../measure/row.ts';
import { percentile } from '../measure/stats.ts';
import type { Rig } from '../rig.ts';

/** Of the tier that is measured, over channels of its own, so slow that Slack's pace never makes one wait. */
const perSecond = 20;
/** So many times as much comes from the other tier. */
const times = 50;
/** So many times as much the third tier may have taken in; it sends as much as the second one. */
const quota = 5;
/** How often each way has its turn. */
const turns = 3;
/** As Slack allows it: what a flood makes of it is a backlog in its own channel, and a digest. */
const pacing = { posts_per_second: 1, burst: 3, updates_per_minute: 50 };

/** What the other tier does meanwhile: so many times as much, over the whole time or at once. */
const ways = {
  alone: undefined,
  [`beside ${times} times as much`]: 'steady',
  [`beside a backlog of ${times} times as much`]: 'at once',
} as const;

/**
 * Two tiers on one Kafka, one farmhand: from an event of the one to its thread's root message, with the other silent,
 * sending fifty times as much, and with as much at once. By turns, in one run; the ratio counts.
 */
export const measureTiers = async (
  rig: Rig,
  stub: SlackStub,
  { seconds }: { readonly seconds: number },
): Promise<readonly Row[]> => {
  await rig.emptyRedis();
  const [calm, flooded, limited] = [await rig.topic(3), await rig.topic(12), await rig.topic(12)];
  await using running = new AsyncDisposableStack();
  running.use(
    await rig.farmhand({
      ...{ topic: calm, role: 'all', slackApi: stub.apiUrl, pacing },
      sections: {
        kafka: {
          brokers: [rig.kafka.address],
          group_id: `tiers-${calm}`,
          topics: [
            { name: calm, tier: 'calm' },
            { name: flooded, tier: 'flooded' },
            { name: limited, tier: 'limited' },
          ],
        },
        tiers: {
          default: 'calm',
          list: [
            { name: 'calm', users: ['U0CALM'] },
            { name: 'flooded', users: ['U0FLOODED'], default_channel: 'C0FLOODED' },
            {
              name: 'limited',
              users: ['U0LIMITED'],
              default_channel: 'C0LIMITED',
              limits: { events_per_second: perSecond * quota },
            },
          ],
        },
      },
    }),
  );
  const producer = running.use(await openProducer(rig.kafka.address));
  const held = `beside ${times} times as much of a tier whose quota is ${quota} times`;
  const measured = new Map([...Object.keys(ways), held].map((name) => [name, [] as number[]]));
  const span = Math.ceil(seconds / turns);
  const measure = async (name: string, topic: string, flood: 'steady' | 'at once' | undefined) => {
    await using flooder = flood && (await flooderOf(rig, topic, perSecond * times * span, flood, span));
    flooder?.signal('SIGUSR2');
    measured.get(name)?.push(...(await steady(stub, producer, calm, newAlerts(perSecond * span))));
    await flooder?.waitForLine(/^sent/);
    await sleep(2_000);
  };
  await steady(stub, producer, calm, newAlerts(perSecond * 5));
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, flood] of Object.entries(ways)) await measure(name, flooded, flood);
  }
  // At the end: what waits behind its quota goes on coming in.
  for (let turn = 0; turn < turns; turn++) await measure(held, limited, 'steady');
  const row = (what: string, value: number, unit: string, atMost?: number): Row => ({
    case: `two tiers: ${perSecond} alerts/s of one over ${channels} channels`,
    what,
    value,
    unit,
    ...(atMost !== undefined && { aim: { atMost } }),
  });
  const p99 = (name: string): number => percentile(measured.get(name) ?? [], 99);
  const names = [...measured.keys()];
  return [
    ...names.flatMap((name) => [
      row(`${name}, p50`, percentile(measured.get(name) ?? [], 50), 'ms'),
      row(`${name}, p99`, p99(name), 'ms'),
    ]),
    ...names.slice(1).map((name) => row(`${name} to alone, p99`, p99(name) / p99('alone'), '', 2)),
  ];
};

/** A process of its own: making and sending a flood must not hold up what is measured here. */
const flooderOf = (
  rig: Rig,
  topic: string,
  events: number,
  how: 'steady' | 'at once',
  seconds: number,
): Promise<ManagedProcess> =>
  rig.program(
    'flooder.ts',
    [rig.kafka.address, topic, String(events), how === 'steady' ? String(seconds) : '0'],
    /^running/,
  );

const steady = async (
  stub: SlackStub,
  producer: Producer,
  topic: string,
  events: readonly LoadEvent[],
): Promise<readonly number[]> => {
  await stub.take();
  const sentAt = await sendSteadily(perSecond, (event) => producer.send(topic, [event]), events);
  const posted = new Map<string, number>();
  await waitUntil(`${events.length} threads`, async () => {
    for (const { series, at } of await stub.take()) posted.set(series, at);
    return events.every(({ series }) => posted.has(series));
  });
  return events.map(({ series }) => (posted.get(series) ?? Number.NaN) - (sentAt.get(series) ?? Number.NaN));
};
