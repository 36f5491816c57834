import { setTimeout as sleep } from 'node:timers/promises';
import { newAlerts } from '../load/events.ts';
import { openProducer } from '../load/produce.ts';
import type { SlackStub } from '../load/stub.ts';
import { waitUntil } from '../measure/progress.ts';
import type { Row } from '../measure/row.ts';
import { percentile } from '../measure/stats.ts';
import type { Rig } from '../rig.ts';

const perSecond = 1_000;
const tick = 10;

/** What Slack allows: so a backlog grows, with its digests, as in a real storm. */
const slackPace = { posts_per_second: 1, burst: 3, updates_per_minute: 50 };

/** How long a slash command waits for its acknowledgement while a thousand new alerts come in every second. */
export const measureAcknowledgement = async (
  rig: Rig,
  stub: SlackStub,
  seconds: number,
): Promise<readonly Row[]> => {
  await rig.emptyRedis();
  const topic = await rig.topic(3);
  await using _farmhand = await rig.farmhand({
    topic,
    role: 'all',
    slackApi: stub.apiUrl,
    pacing: slackPace,
  });
  await waitUntil('Socket Mode', async () => (await stub.sockets()) > 0);
  const every = 100;
  const quiet = await stub.slash(40, every);
  const events = newAlerts((seconds + 3) * perSecond);
  await using producer = await openProducer(rig.kafka.address);
  const storm = (async () => {
    const started = performance.now();
    const size = (perSecond * tick) / 1000;
    for (let at = 0; at < events.length; at += size) {
      const wait = started + (at * 1000) / perSecond - performance.now();
      if (wait > 0) await sleep(wait);
      await producer.send(topic, events.slice(at, at + size));
    }
  })();
  await sleep(2_000);
  const times = await stub.slash((seconds * 1000) / every, every);
  await storm;
  const received = async () => Number(await rig.client.hget('{farmhand}:books', 'received'));
  await waitUntil('the storm is on record', async () => (await received()) >= events.length);
  const row = (what: string, value: number): Row => ({
    case: `acknowledgement of /alerts during ${perSecond.toLocaleString('en-US')} new alerts/s`,
    what,
    value,
    unit: 'ms',
  });
  return [
    row('at rest, p50', percentile(quiet, 50)),
    row('at rest, p99', percentile(quiet, 99)),
    row('in the storm, p50', percentile(times, 50)),
    { ...row('in the storm, p99', percentile(times, 99)), aim: { atMost: 100 } },
    row('in the storm, longest', percentile(times, 100)),
  ];
};
