/**
 * A process that floods a topic, so that whoever measures another one is not held up by making events:
 *
 *   flooder.ts BROKER TOPIC EVENTS SECONDS    so many events over so many seconds; 0: all at once
 *
 * Says `running` once it is connected and its events are made, begins at SIGUSR2, and says `sent` at the end.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { newAlerts } from './load/events.ts';
import { openProducer } from './load/produce.ts';

const [broker = '', topic = '', events = '', seconds = ''] = process.argv.slice(2);
const all = newAlerts(Number(events), () => 'flood');
await using producer = await openProducer(broker);
const begun = once(process, 'SIGUSR2');
console.log('running');
await begun;
const every = 50;
const atOnce = Number(seconds) === 0 ? 2_000 : Math.ceil((all.length * every) / (Number(seconds) * 1_000));
const started = performance.now();
for (let at = 0, round = 0; at < all.length; at += atOnce, round++) {
  const wait = Number(seconds) === 0 ? 0 : started + round * every - performance.now();
  if (wait > 0) await sleep(wait);
  await producer.send(topic, all.slice(at, at + atOnce));
}
console.log('sent');
