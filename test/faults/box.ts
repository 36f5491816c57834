import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld, type World, type WorldOptions } from '../../sandbox/world/world.ts';
import { createClient } from '../e2e/support/client.ts';
import { inTurn } from '../e2e/support/in-turn.ts';
import { type Ledger, openLedger } from '../e2e/support/ledger.ts';
import { until } from '../e2e/support/until.ts';
import { type Supervised, supervise } from './supervisor.ts';

const crashAt = fileURLToPath(new URL('./crash-at.ts', import.meta.url));

/** A world of its own, with a farmhand that can be killed at any boundary, and is started again whenever it dies. */
export interface Box extends AsyncDisposable {
  readonly world: World;
  readonly farmhand: Supervised;
  /** farmhand itself is not asked: that would be one more boundary each time. */
  readonly ledger: Ledger;
  readonly client: ReturnType<typeof createClient>;
  /** Another life begins. */
  begin(): void;
  /** Boundaries that were crossed since it began, as `<name>#<occurrence>`. */
  crossed(): readonly string[];
  /** Until farmhand listens to Slack. */
  listens(): Promise<void>;
}

export interface BoxOptions extends Pick<WorldOptions, 'routes' | 'sections'> {
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const openBox = (options: BoxOptions = {}): Promise<Box> => inTurn(() => open(options));

const open = async ({ nodeArgs = [], env = {}, ...options }: BoxOptions): Promise<Box> => {
  await using stack = new AsyncDisposableStack();
  const pacing = { posts_per_second: 1_000, burst: 1_000, updates_per_minute: 60_000 };
  const world = stack.use(await startWorld({ slackPacing: false, pacing, ...options }));
  const log = join(world.dir, 'crossed.log');
  const farmhand = stack.use(
    await supervise(world, { nodeArgs: ['--import', crashAt, ...nodeArgs], env: { ...env, CRASH_LOG: log } }),
  );
  const ledger = stack.use(openLedger(world.redis.url));
  const { openSockets } = world.slack.control;
  let offset = 0;
  const crossed = (): readonly string[] =>
    readFileSync(log, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean).slice(offset);
  const kept = stack.move();
  return {
    ...{ world, farmhand, ledger, client: createClient(world), crossed },
    begin: () => {
      offset += crossed().length;
    },
    listens: async () => {
      await until('a socket', openSockets, (sockets) => sockets > 0, 90_000);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

/** `redis commit firing … before#2` is of the kind `redis commit firing … before`. */
const kindOf = (point: string): string => point.replace(/#\d+$/, '');

/**
 * Which boundaries to kill at: the first of every kind, then the others, evenly over the path, until there are
 * `count`. When there are more kinds than that, evenly over the kinds, those that change the world first.
 */
export const choosePoints = (all: readonly string[], count: number): readonly string[] => {
  const unique = [...new Set(all)];
  const firsts = unique.filter(
    (point, i) => unique.findIndex((other) => kindOf(other) === kindOf(point)) === i,
  );
  const telling = firsts.filter((point) => /^(call chat|redis commit|http|socket)/.test(point));
  const rest = firsts.filter((point) => !telling.includes(point));
  const others = unique.filter((point) => !firsts.includes(point));
  const chosen = new Set<string>();
  for (const group of [telling, rest, others]) {
    for (const point of spread(group, count - chosen.size)) chosen.add(point);
  }
  // What is left in doubt is looked at once more after a minute: those first.
  const doubtful = (point: string): boolean => point.startsWith('call chat.');
  const ordered = unique.filter((point) => chosen.has(point));
  return [...ordered.filter(doubtful), ...ordered.filter((point) => !doubtful(point))];
};

const spread = (points: readonly string[], count: number): readonly string[] =>
  count >= points.length
    ? points
    : points.filter(
        (_, i) => Math.floor(((i + 1) * count) / points.length) > Math.floor((i * count) / points.length),
      );
