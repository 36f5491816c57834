import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../sandbox/process/free-port.ts';
import { dayOf } from '../../src/rebuild/commands/create.ts';
import { rebuildEnv, rebuildSections } from '../load/rebuild-config.ts';
import { instanceName, rebuildInFlight } from '../load/rebuilds.ts';
import { benchStore } from '../load/store.ts';
import type { SlackStub } from '../load/stub.ts';
import { processorTime } from '../measure/machine.ts';
import { watchMemory } from '../measure/memory.ts';
import { waitUntil } from '../measure/progress.ts';
import type { Row } from '../measure/row.ts';
import { percentile } from '../measure/stats.ts';
import { openWitness } from '../measure/witness.ts';
import type { Farmhand, Rig } from '../rig.ts';

export interface RebuildsSize {
  readonly count: number;
  /** How long it is watched once all of them were looked at. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** As `rebuilds.idle_poll` is where nobody sets it; ms. */
const idlePoll = 30_000;

/**
 * Rebuilds that run for days and that nobody touches: farmhand comes back after half a minute away, finds all of them
 * due, and goes on looking after them.
 */
export const measureRebuilds = async (
  rig: Rig,
  slack: SlackStub,
  { count, seconds, say }: RebuildsSize,
): Promise<readonly Row[]> => {
  await rig.emptyRedis();
  const port = await freePort();
  const day = dayOf(Date.now());
  await using _stub = await rig.program(
    'rebuild-stub.ts',
    [String(port), String(count), day],
    /^listening on/,
  );
  const bare = await bareLooks(rig, port, count);
  say(`bare: ${Math.round(bare.perSecond)} looks/s`);
  await rig.emptyRedis();
  await putInFlight(rig, { count, port, day });
  const bytes = (await rig.redisMemory()) / count;
  const topic = await rig.topic(3);
  await using witness = await openWitness(rig.client, 'farmhand');
  await using farmhand = await rig.farmhand({
    topic,
    role: 'all',
    slackApi: slack.apiUrl,
    sections: await rebuildSections(rig, port, count),
    env: rebuildEnv,
  });
  const { pid } = farmhand.process;
  using memory = watchMemory(pid);
  // Looked at: on record, with when to come again. A lease that was taken is no look yet.
  await waitUntil('all are looked at', async () => witness.seen().looked.size >= count, 120_000);
  const firsts = [...witness.seen().looked.values()];
  const caughtUpMs = Math.max(...firsts) - Math.min(...firsts);
  say(`caught up in ${Math.round(caughtUpMs)} ms`);
  // One round more, so that what is measured has nothing of the start in it.
  await sleep(idlePoll);
  witness.clear();
  memory.clear();
  const before = { at: performance.now(), cpu: await processorTime(pid) };
  await sleep(seconds * 1000);
  const ms = performance.now() - before.at;
  const seen = witness.seen();
  const cpu = (await processorTime(pid)) - before.cpu;
  const perMinute = 60_000 / ms;
  const sent = [...seen.sent.values()].reduce((sum, n) => sum + n, 0);
  for (const [name, n] of [...seen.sent].sort(([, a], [, b]) => b - a))
    say(`  ${name}: ${((n * perMinute) / count).toFixed(2)} a rebuild and minute`);
  const row = (what: string, value: number, unit: string, atMost?: number): Row => ({
    case: `${count.toLocaleString('en-US')} rebuilds in flight, ${seconds} s`,
    what,
    value,
    unit,
    ...(atMost !== undefined && { aim: { atMost } }),
  });
  const { drive, card } = seen.lags;
  return [
    row('bare: BullMQ and the same six reads', bare.perSecond, 'looks/s'),
    row('farmhand comes back, all are due: looked at', (count * 1000) / caughtUpMs, 'looks/s'),
    {
      ...row('farmhand to bare', (count * 1000) / caughtUpMs / bare.perSecond, ''),
      aim: { atLeast: 0.5 },
    },
    row('passes that were due', drive.length + seen.overdue, ''),
    row('passes that ran', drive.length, ''),
    row('passes that ran before they were due', seen.early, ''),
    row('passes that ran once more', seen.repeated, ''),
    row('looks', seen.looks, ''),
    row('lag, p50', percentile(drive, 50), 'ms'),
    row('lag, p99', percentile(drive, 99), 'ms', 1_000),
    row('lag, longest', percentile(drive, 100), 'ms'),
    row('cards: passes', card.length, ''),
    row('cards: lag, p99', percentile(card, 99), 'ms'),
    row('memory, steady', memory.steady() / 2 ** 20, 'MB'),
    row('memory, at the most', memory.peak() / 2 ** 20, 'MB', 220),
    row('Redis commands, a rebuild and minute', (sent * perMinute) / count, '', 30),
    row('calls within scripts, a rebuild and minute', (seen.within * perMinute) / count, ''),
    row('processor, share of a core', (100 * cpu) / ms, '%'),
    row('processor, a look', cpu / seen.looks, 'ms', 2.8),
    row('bare: processor, a look', bare.cpuMs, 'ms'),
    row('event loop lag, p99', 1000 * (await loopLag(farmhand)), 'ms'),
    row('Redis, a rebuild, all keys', bytes, 'bytes'),
  ];
};

/** Records as farmhand would have left them half a minute ago, without a job for any: it has to find them by itself. */
export const putInFlight = async (
  rig: Rig,
  { count, port, day }: { readonly count: number; readonly port: number; readonly day: string },
): Promise<void> => {
  const now = Date.now();
  const store = benchStore(rig, 'farmhand');
  for (let n = 0; n < count; n++) {
    const driveAt = now - Math.round((idlePoll * (count - n)) / count);
    const made = await store.rebuilds.create(
      { instance: instanceName(n), day, draft: `bench-${n}`, limit: count },
      (id) => rebuildInFlight(n, id, { port, now, driveAt }),
    );
    if (!made.ok) throw new Error(`Rebuild ${n} could not be put into Redis: ${made.code}`);
  }
};

const bareLooks = async (
  rig: Rig,
  port: number,
  count: number,
): Promise<{ readonly perSecond: number; readonly cpuMs: number }> => {
  const args = [rig.redis.url, String(port), String(count), '3'];
  await using program = await rig.program('bare-looker.ts', args);
  const line = await program.waitForLine(/^\{"perSecond"/, 120_000);
  return JSON.parse(line) as { perSecond: number; cpuMs: number };
};

/** Seconds. */
const loopLag = async ({ url }: Farmhand): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]);
};
