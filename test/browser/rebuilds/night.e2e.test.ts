import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { openIntervention, stepOf } from '../../../src/rebuild/model/record.ts';
import { openRebuildBooks, type RebuildBooks } from '../../e2e/support/rebuild-books.ts';
import { nora } from '../../e2e/support/scene.ts';
import { until } from '../../e2e/support/until.ts';
import { openStage, type Stage, withRebuilds } from '../stage.ts';

/**
 * Day 9 of a rebuild, at night, with nobody awake for 8 hours. Days and hours are jumps of farmhand's wall clock; what
 * farmhand does in them, and when, is its own: steps of `rebuilds.notify`, and the reminders after them.
 */
let stage: Stage;
let world: Stage['world'];
let slack: Stage['slack'];
let books: RebuildBooks;

const namespace = 'tenant-105858-prod';
const farmerSet = 'system6-dcr-farmer';
const clockAhead = fileURLToPath(new URL('./clock-ahead.ts', import.meta.url));
const minute = 60_000;
const day = 24 * 60 * minute;

/** Who is mentioned how many minutes after it was asked: the list below, then 30 minutes later, an hour, two, four. */
const calls = [
  [0, '<!subteam^S0SRE>'],
  [30, `<@${nora}>`],
  [60, '<!channel>'],
  [90, '<!channel>'],
  [150, '<!channel>'],
  [270, '<!channel>'],
  [510, '<!channel>'],
] as const;
const calledBy = (minutes: number): readonly string[] =>
  calls.filter(([at]) => at <= minutes).map(([, whom]) => whom);

beforeAll(async () => {
  stage = await openStage(
    {
      ...withRebuilds,
      rebuilds: {
        timeScale: 6,
        // What farmers have not handed in dies with the run: two per cent of it.
        timings: { piece: 1_000 },
        settings: {
          // Progress comes in days here.
          stall: '7d',
          notify: [
            { after: '0s', mention: ['role'] },
            { after: '30m', mention: [nora] },
            { after: '60m', mention: ['channel'] },
          ],
        },
      },
    },
    { width: 1180, height: 1_300, scale: 2 },
    { nodeArgs: ['--import', clockAhead] },
  );
  ({ world, slack } = stage);
  books = openRebuildBooks(world.redis.url);
  await slack.goTo('dcr');
});
afterAll(async () => {
  books?.[Symbol.dispose]();
  await stage?.[Symbol.asyncDispose]();
});

const simulated = () => {
  if (!world.rebuilds) throw new Error('the world has no rebuilds');
  const { cluster, engine } = world.rebuilds;
  return { cluster, engine };
};
const card = () => slack.message('system6-');
const rebuilds = () => books.of('system6');
const theOne = async (): Promise<Rebuild> => {
  const [rebuild] = await rebuilds();
  if (!rebuild) throw new Error('there is no rebuild of system6');
  return rebuild;
};

let ahead = 0;
/** Time goes by for farmhand; then it has looked at cluster and engine at least once. */
const passes = async (ms: number): Promise<void> => {
  ahead += ms;
  const answer = await fetch(`${world.url}/livez`, { headers: { 'x-clock-ahead': String(ahead) } });
  await answer.arrayBuffer();
  const since = Date.now() + ahead;
  await until('a look', theOne, ({ farmers }) => (farmers.seen?.at ?? 0) >= since, 30_000);
};

/** Farmers that are ready, each with since when: one that was away for a moment would be another. */
const farmersUp = (): readonly string[] =>
  simulated()
    .cluster.view.pods(namespace, farmerSet)
    .filter(({ phase }) => phase === 'ready')
    .map(({ name, since }) => `${name} ${since}`);

const replies = async () =>
  (await world.slack.control.messages('C0DCR')).filter(({ threadTs }) => threadTs !== undefined);
/** All mentions of the thread that call somebody, in order. Who did something is named, too: by another's hand. */
const called = async (): Promise<readonly string[]> =>
  (await replies())
    .filter(({ text }) => /Manual intervention required|Nobody has answered/.test(text))
    .flatMap(({ text }) => text.match(/<[!@][^>]+>/g) ?? []);

let farmers: readonly string[] = [];
let scales = 0;
let reached = 0;

test('eight days go by, and three quarters are rebuilt', { timeout: 240_000 }, async () => {
  const { engine, cluster } = simulated();
  engine.speed('system6', 0.25);
  await slack.write('/dcr start system6 --reason "caches are outdated"');
  await slack.press(slack.message('Plan: rebuild of'), 'Start it');
  await until('the record', rebuilds, (found) => found.length === 1);
  const percent = async (): Promise<number> => {
    const { progress } = await theOne();
    return progress?.of === 'rebuild' ? progress.percent : 0;
  };
  for (let days = 1; days <= 8; days++) {
    await until(`day ${days}`, percent, (now) => now >= days * 8, 90_000);
    await passes(day);
  }
  await until('three quarters', percent, (now) => now >= 75, 90_000);
  engine.freezeProgress('system6', true);
  farmers = farmersUp();
  expect(farmers).toHaveLength(6);
  expect(await called()).toEqual([]);
  scales = cluster.control.scales().length;
});

test('it fails in the night of the ninth: what was reached is kept, and those are called who may answer', async () => {
  simulated().engine.failRun('system6', 'rebuild');
  const text = await slack.read(card(), 'Nothing is lost');
  expect(text).toMatch(/6 farmers stay up until .* \(19\.20 USD an hour, 1,382 USD by then\)/);
  expect(text).not.toContain('unless somebody steps in');
  await until('the first call', called, (all) => all.length > 0);
  expect(await called()).toEqual(calledBy(0));
  ({ percent: reached = 0 } = (await theOne()).progress ?? {});
  expect(reached).toBeGreaterThanOrEqual(75);
});

test('nobody answers for eight hours: each call and reminder comes once, in its turn, and no farmer goes', {
  timeout: 240_000,
}, async () => {
  const away: string[] = [];
  const watch = setInterval(() => {
    const up = farmersUp();
    away.push(...farmers.filter((farmer) => !up.includes(farmer)));
  }, 50);
  try {
    for (let minutes = 15; minutes <= 8 * 60; minutes += 15) {
      await passes(15 * minute);
      const due = calledBy(minutes);
      await until(`the calls of ${minutes} minutes`, called, (all) => all.length >= due.length);
      expect(await called()).toEqual(due);
    }
  } finally {
    clearInterval(watch);
  }
  expect(away).toEqual([]);
  expect(farmersUp()).toEqual(farmers);
  expect(simulated().cluster.control.scales()).toHaveLength(scales);
  const rebuild = await theOne();
  expect(rebuild).toMatchObject({ phase: 'running', farmers: { wanted: 6 } });
  expect(rebuild.rest).toBeUndefined();
  const ask = openIntervention(rebuild);
  expect(ask?.kept?.until).toBe((ask?.since ?? 0) + 3 * day);

  const text = await slack.read(card(), 'Nothing is lost');
  expect(text).toMatch(/6 farmers stay up until .* \(19\.20 USD an hour, 1,382 USD by then\)/);
  await slack.shoot('night-card', card());
  await slack.openThread(card());
  // Six farmers, 3.20 USD each an hour, for four and a half hours and what the test itself takes.
  await slack.read(slack.thread, /Nobody has answered for 4h 3\dm.* cost 8[67]\.\d\d USD since it was asked/);
  await slack.shoot('night-thread', slack.thread);
  await slack.closeThread();
});

test('in the morning somebody presses Retry: it goes on from where it was, with the same farmers', async () => {
  const { engine } = simulated();
  const { attempt } = stepOf(await theOne(), 'rebuild');
  await slack.press(card(), 'Retry');
  await slack.read(card(), 'Running');
  const again = await until(
    'what it goes on from',
    theOne,
    (r) => stepOf(r, 'rebuild').attempt === attempt + 1 && r.progress?.of === 'rebuild',
  );
  // From the engine's newest file of its work: it writes one at each tenth of what farmers have handed in.
  expect(reached).toBeLessThan(80);
  expect(again.progress?.percent).toBe(70);
  expect(farmersUp()).toEqual(farmers);
  await slack.shoot('night-morning', card());
  engine.freezeProgress('system6', false);
  engine.speed('system6', 1);
  const text = await slack.read(card(), 'Released after');
  expect(text).toMatch(/Released after 8d 8h/);
  expect(text).toContain('The frontends have its caches.');
  // Nobody was called once there was an answer.
  expect(await called()).toEqual(calledBy(8 * 60));
  await slack.openThread(card());
  await slack.read(slack.thread, 'The rebuild of system6 is finished');
  await slack.shoot('night-end', slack.thread);
  expect(engine.orders().filter(({ cmd, already }) => cmd === 'rebuildStart' && !already)).toHaveLength(2);
  expect(stage.problems).toEqual([]);
});
