import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { startWorld, type World } from '../../sandbox/world/world.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { actionIds } from '../../views/ids.ts';
import { inTurn } from '../e2e/support/in-turn.ts';
import { openRebuildBooks, type RebuildBooks } from '../e2e/support/rebuild-books.ts';
import { tracesOf, wrongWith } from '../e2e/support/rebuild-traces.ts';
import { sam, unpaced } from '../e2e/support/scene.ts';
import { until } from '../e2e/support/until.ts';
import { type Doomed, superviseDoomed } from './rebuild-supervisor.ts';

const mutate = fileURLToPath(new URL('./mutate.ts', import.meta.url));
const crashes = fileURLToPath(new URL('./rebuild-crashes.ts', import.meta.url));
const channel = 'C0DCR';
const farmers = { system6: 6, system8: 10 } as const;
const instances = ['system6', 'system8'] as const;

/** Times that a crash makes everybody wait for, and that nobody can set: shorter by the same as the rebuild is. */
const shortened = [
  'src/rebuild/model/policy.ts|claimTimeout: 90_000|claimTimeout: 4_000',
  'src/reconcile/controller.ts|claimGoodFor = 10_000|claimGoodFor = 2_000',
  'src/delivery/timing.ts|claimStaleAfter = 4_000|claimStaleAfter = 2_000',
  'src/delivery/timing.ts|lateBy = 60_000|lateBy = 5_000',
  'src/delivery/timing.ts|[600_000, 3_600_000]|[]',
  'src/integrations/jira/ticket-memory.ts|settleMs = 60_000|settleMs = 5_000',
  'src/reconcile/lease.ts|leaseMs = 6_000|leaseMs = 2_000',
  'src/app/start-jobs.ts|resyncEvery = 10_000|resyncEvery = 1_000',
];

/** Deaths before the engine gets on with this part of its work, so that every part has its share of them. */
const quota = { history: 3, rebuild: 8, write: 12 } as const;
const atLeast = 40;
/** Then it may live: there is a limit to what a test may take. */
const enough = 43;

interface Story extends AsyncDisposable {
  readonly world: World;
  readonly books: RebuildBooks;
  readonly farmhand: Doomed;
}

const openStory = (env: Readonly<Record<string, string>>, bugs: readonly string[] = []): Promise<Story> =>
  inTurn(() => open(env, bugs));

const open = async (env: Readonly<Record<string, string>>, bugs: readonly string[]): Promise<Story> => {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await startWorld({ ...unpaced, rebuilds: { timeScale: 6 } }));
  const log = join(world.dir, 'crashes.log');
  const books = stack.use(openRebuildBooks(world.redis.url));
  const farmhand = stack.use(
    await superviseDoomed(
      world,
      {
        nodeArgs: ['--import', mutate, '--import', crashes],
        env: { ...env, CRASH_LOG: log, MUTATE: [...shortened, ...bugs].join('\n') },
      },
      log,
    ),
  );
  const kept = stack.move();
  return { world, books, farmhand, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

/** Asks for the plan and confirms it, again for as long as nothing came of it: as people do. */
const start = async ({ world, books, farmhand }: Story, instance: string): Promise<string> => {
  const { control } = world.slack;
  const socket = async () =>
    until(
      'a socket',
      async () => ({ open: await control.openSockets(), surprises: farmhand.surprises }),
      ({ open, surprises }) => open > 0 || surprises.length > 0,
      60_000,
    );
  const planOf = async () =>
    (await control.messages(channel)).find(
      (message) =>
        message.text.includes(instance) && JSON.stringify(message).includes(actionIds.rebuildConfirm),
    );
  for (let tries = 0; tries < 40; tries++) {
    const [rebuild] = await books.of(instance);
    if (rebuild) return rebuild.id;
    if (farmhand.surprises.length > 0) throw new Error(farmhand.surprises.join('\n'));
    await socket();
    const plan = await planOf();
    await (plan
      ? control.click({ channel, user: sam, ts: plan.ts, action_id: actionIds.rebuildConfirm })
      : control.command({
          channel,
          user: sam,
          command: '/dcr',
          text: `start ${instance} --reason "new dataset"`,
        })
    ).catch(() => undefined);
    const next = async () =>
      (await books.of(instance)).length > 0 || (!plan && (await planOf()) !== undefined);
    await until('an answer', next, Boolean, 4_000).catch(() => undefined);
  }
  throw new Error(`${instance} was never started`);
};

/** Lets the engine get on only as the deaths do, and kills Redis twice on the way. */
const pace = async ({ world, books, farmhand }: Story, ids: readonly string[]): Promise<void> => {
  const { rebuilds, redis } = world;
  let restarts = 0;
  await until(
    'both rebuilds to end',
    async () => {
      const died = farmhand.deaths().length;
      if (died >= 12 + restarts * 14 && restarts < 2) {
        restarts++;
        await redis.kill();
        await redis.restart();
      }
      if (died >= enough) farmhand.spare();
      const all = await Promise.all(ids.map((id) => books.get(id)));
      for (const rebuild of all) {
        const step = rebuild?.steps.find(({ state }) => state !== 'done')?.name;
        const wanted = step !== undefined && step in quota ? quota[step as keyof typeof quota] : 0;
        if (!rebuild) continue;
        const { name, frontends } = rebuild.plan.instance;
        rebuilds?.engine.speed(name, died >= wanted ? 1 : 0.03);
        // The last one comes back only then: nothing is released before it has died often enough.
        rebuilds?.engine.frontendStays(name, frontends.at(-1) ?? '', died >= atLeast ? 'up' : 'down');
      }
      return {
        died,
        surprises: farmhand.surprises,
        phases: all.map((rebuild) => rebuild?.phase),
        steps: all.map((rebuild) => rebuild?.steps.find(({ state }) => state !== 'done')),
      };
    },
    ({ phases, surprises }) =>
      surprises.length > 0 || phases.every((phase) => phase !== undefined && phase !== 'running'),
    400_000,
  );
};

const seed = Number(process.env['FARMHAND_CRASH_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test.concurrent('killed 40 times and more on the way, Redis twice: each thing was done once', {
  tags: ['long'],
  timeout: 560_000,
}, async ({ expect }) => {
  console.log(`FARMHAND_CRASH_SEED=${seed}`);
  await using story = await openStory({ CRASH_SEED: String(seed) });
  const { world, books, farmhand } = story;
  const began = performance.now();
  const ids = await Promise.all(instances.map((instance) => start(story, instance)));
  await pace(story, ids);
  const died = farmhand.deaths();
  farmhand.spare();
  const ended = await Promise.all(ids.map((id) => books.atRest(id, 120_000)));
  console.log(`killed ${died.length} times in ${Math.round((performance.now() - began) / 1000)} s`);

  const wrong = await Promise.all(
    ended.map(async (rebuild) =>
      wrongWith(
        rebuild,
        await tracesOf(world, rebuild),
        await books.journal(rebuild.id),
        farmers[rebuild.plan.instance.name as keyof typeof farmers],
      ),
    ),
  );
  expect(farmhand.surprises).toEqual([]);
  expect(wrong.flat()).toEqual([]);
  expect(ended.every(hasEnded)).toBe(true);
  expect(died.length).toBeGreaterThanOrEqual(atLeast);
});

test.concurrent('finds planted bugs: a second thread, and a comment written twice', {
  tags: ['long'],
  timeout: 260_000,
}, async ({ expect }) => {
  const points = ['POST /api/chat.postMessage answered', 'POST /rest/api/3/issue/OPS-1/comment answered'];
  await using story = await openStory({ CRASH_AT: points.join('\n') }, [
    'src/integrations/slack/find.ts|carriesKey(message, request.key, me)|false',
    'src/rebuild/ticket/decide-ticket.ts|mayExist: ticket.doubt?.n === entry.n|mayExist: false',
  ]);
  const id = await start(story, 'system6');
  // The first comment of a rebuild in which all goes well comes when its caches are written.
  const ended = await story.books.told(id, 200_000);
  const traces = await tracesOf(story.world, ended);
  expect(story.farmhand.deaths()).toEqual(points);
  expect(traces.roots).toHaveLength(2);
  expect(traces.comments.length).toBeGreaterThan(new Set(traces.comments).size);
  const wrong = wrongWith(ended, traces, [], farmers.system6).map((line) => line.split(':')[0]);
  expect(wrong).toEqual(expect.arrayContaining([`${id}, roots`, `${id}, comments`]));
});
