import { expect, test } from 'vitest';
import { randomFrom } from '../../../sandbox/generator/random.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { RouteTable } from '../../../src/alerts/model/routing.ts';
import { anEvent, resolveOf, t0 } from '../../builders/event.ts';
import { createJobs } from '../jobs.ts';
import { createScheduler } from '../scheduler.ts';
import { createChaos, type SlackFate } from './chaos.ts';
import { createOutside } from './outside.ts';
import { startPod } from './pod.ts';
import { createRecordsState } from './records-state.ts';
import { createSimSlack } from './slack.ts';

/** A process whose calls to Slack take 100 ms, but for those that the test lets hang. */
const openLane = () => {
  const scheduler = createScheduler(t0);
  const calm = createChaos(randomFrom(1), scheduler.now, 0);
  const fates: SlackFate[] = [];
  const chaos = {
    ...calm,
    slackFate: (): SlackFate => fates.shift() ?? { kind: 'fine', there: 60, back: 40 },
  };
  const state = createRecordsState(scheduler.now);
  const slack = createSimSlack([]);
  const jobs = createJobs(scheduler, chaos, () => pod);
  const outside = createOutside();
  const deps = {
    scheduler,
    chaos,
    state,
    slack,
    jobs,
    outside,
    routes,
    notify: undefined,
    atBoundary: () => {},
  };
  const pod = startPod(deps, 'pod');
  const after = (ms: number) => scheduler.runUntil(scheduler.now() + ms);
  const idOf = ({ fingerprint }: AlertEvent) => state.series.get(fingerprint)?.id ?? '';
  const said = (kind: 'alert' | 'note' | 'digest', id: string) =>
    [...slack.messages.values()].filter(({ key }) => key.kind === kind && key.id.startsWith(id));
  return {
    slack,
    fates,
    after,
    idOf,
    /** After whatever was asked for before it. */
    acknowledge: (event: AlertEvent) =>
      process.nextTick(() => void pod.service.apply(idOf(event), { verb: 'acknowledge' }, sam)),
    take: (...events: AlertEvent[]) => void pod.ingest(events),
    roots: (event: AlertEvent) => said('alert', idOf(event)).map(({ alert }) => alert),
    notes: (event: AlertEvent) =>
      said('note', `${idOf(event)}#`).flatMap(({ notes }) => notes.map(({ kind }) => kind)),
    digests: () => said('digest', 'C1').length,
  };
};

const routes: RouteTable = {
  revision: 'one channel',
  choose: () => ({ route: 'default', channel: 'C1', thread: true, actions: [] }),
  explain: () => ({ route: 'default', tried: [] }),
};
const alert = (n: number) => anEvent({ fingerprint: n.toString(16).padStart(16, '0') });
const sam = { id: 'U1' };
/** Done after nine seconds; its answer never comes. */
const hang: SlackFate = { kind: 'unanswered', there: 9_000 };
const fine: SlackFate = { kind: 'fine', there: 60, back: 40 };
const soon = 1_500;

test('while a post hangs, its channel goes on with roots, notes and what people ask for', async () => {
  const lane = openLane();
  const [open, held, other] = [alert(1), alert(2), alert(3)] as const;
  lane.take(open);
  await lane.after(10_000);
  lane.fates.push(hang);
  lane.take(held);
  await lane.after(200);
  lane.acknowledge(open);
  await lane.after(50);
  lane.take(other, resolveOf(open, t0 + 10_000));
  await lane.after(soon);
  expect(lane.roots(held)).toEqual([]);
  expect(lane.roots(other).map((root) => root?.status)).toEqual(['firing']);
  expect(lane.roots(open).map((root) => [root?.status, root?.ack?.by])).toEqual([['resolved', sam]]);
  expect(lane.notes(open)).toHaveLength(2);
  await lane.after(30_000);
  for (const event of [open, held, other]) expect(lane.roots(event)).toHaveLength(1);
  expect(lane.notes(open)).toHaveLength(2);
  expect(lane.slack.doubled).toEqual([]);
});

test('while updates and a note hang, others go on; what is said of those waits for its turn', async () => {
  const lane = openLane();
  const [first, second, other] = [alert(1), alert(2), alert(3)] as const;
  lane.take(first, second);
  await lane.after(10_000);
  lane.fates.push(hang);
  lane.take(resolveOf(second, t0 + 10_000));
  await lane.after(200);
  lane.fates.push({ kind: 'fine', there: 60, back: 40 }, hang);
  lane.acknowledge(first);
  await lane.after(soon);
  expect(lane.roots(first).map((root) => root?.ack?.by)).toEqual([sam]);
  expect(lane.fates).toEqual([]);
  lane.take(other, resolveOf(first, t0 + 11_000));
  await lane.after(soon);
  expect(lane.roots(other)).toHaveLength(1);
  expect(lane.notes(first)).toEqual([]);
  await lane.after(60_000);
  expect(lane.notes(first)).toEqual(['acknowledged', 'resolved']);
  expect(lane.notes(second)).toEqual(['resolved']);
  for (const event of [first, second]) {
    expect(lane.roots(event).map((root) => root?.status)).toEqual(['resolved']);
  }
  expect(lane.slack.doubled).toEqual([]);
});

test('a digest that hangs holds up no thread', async () => {
  const lane = openLane();
  const storm = Array.from({ length: 12 }, (_, n) => alert(n + 1));
  // The first write opens the lane, so its three go before anybody knows of a storm; the fourth call is the digest's.
  lane.fates.push(fine, fine, fine, hang);
  lane.take(...storm);
  await lane.after(8_000);
  expect(lane.digests()).toBe(0);
  // Three at once, and one a second.
  const posted = storm.flatMap((event) => lane.roots(event)).length;
  expect(posted).toBeGreaterThanOrEqual(8);
  await lane.after(60_000);
  for (const event of storm) expect(lane.roots(event)).toHaveLength(1);
  expect(lane.digests()).toBe(1);
  expect(lane.slack.doubled).toEqual([]);
});

test('when every call hangs, no more are under way than may be, and all is well in the end', async () => {
  const lane = openLane();
  const storm = Array.from({ length: 12 }, (_, n) => alert(n + 1));
  lane.fates.push(...Array.from({ length: 20 }, () => hang));
  lane.take(...storm);
  await lane.after(180_000);
  // Four steps, and the digest.
  expect(lane.slack.mostAtOnce).toBe(5);
  for (const event of storm) expect(lane.roots(event)).toHaveLength(1);
  expect(lane.slack.doubled).toEqual([]);
});
