import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import { startWorld, type World } from '../../sandbox/world/world.ts';
import { createClient } from '../e2e/support/client.ts';
import { inTurn } from '../e2e/support/in-turn.ts';
import { type Books, type Ledger, openLedger } from '../e2e/support/ledger.ts';
import { until } from '../e2e/support/until.ts';
import { alertIdOf, fingerprintOf, webhook } from '../e2e/support/webhook.ts';
import { type Supervised, supervise } from './supervisor.ts';

const crashAt = fileURLToPath(new URL('./crash-at.ts', import.meta.url));
const channel = 'C0ALERTS';

/** What people see of an alert. */
export interface Seen {
  /** Roots that Slack ever had for it. */
  readonly roots: readonly string[];
  /** Lines of its thread, without their times. */
  readonly said: readonly string[];
  /** Who had it, as the root says. */
  readonly owner: string | undefined;
}

/** What is left of one alert's life, once everything is told. */
export interface Ending extends Seen {
  /** The boundary at which the process was killed; undefined when it never came there. */
  readonly killedAt: string | undefined;
  readonly deaths: number;
  /** Events of this life: received, and how they ended. */
  readonly books: Books;
}

/** A world of its own, with a farmhand that is started again whenever it dies. */
export interface CrashBox extends AsyncDisposable {
  /** Takes an alert through its life: fires, is acknowledged, resolves. `point`: where farmhand dies on the way. */
  live(name: string, point: string): Promise<Ending>;
  /** What people see of an alert now. */
  look(name: string): Promise<Seen>;
  /** Waits until nothing at all is left to do. */
  atRest(): Promise<Books>;
  /** Boundaries that were crossed since the last `live` began, as `<name>#<occurrence>`. */
  crossed(): readonly string[];
}

export const openCrashBox = (options: BoxOptions = {}): Promise<CrashBox> => inTurn(() => open(options));

interface BoxOptions {
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const open = async (options: BoxOptions): Promise<CrashBox> => {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(
    await startWorld({
      slackPacing: false,
      pacing: { posts_per_second: 1_000, burst: 1_000, updates_per_minute: 60_000 },
    }),
  );
  const log = join(world.dir, 'crossed.log');
  const farmhand = stack.use(
    await supervise(world, {
      nodeArgs: ['--import', crashAt, ...(options.nodeArgs ?? [])],
      env: { ...options.env, CRASH_LOG: log },
    }),
  );
  // farmhand itself is not asked: that would be one more boundary each time.
  const ledger = stack.use(openLedger(world.redis.url));
  let offset = 0;
  const crossed = (): readonly string[] => {
    const lines = readFileSync(log, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);
    return lines.slice(offset);
  };
  const kept = stack.move();
  return {
    crossed,
    look: (name) => seen(world, alertIdOf({ name })),
    atRest: () => ledger.atRest(120_000),
    live: async (name, point) => {
      offset += crossed().length;
      try {
        return await live(world, farmhand, ledger, crossed, name, point);
      } catch (error) {
        throw new Error(`${point}: ${String(error)}\nfarmhand said last:\n${farmhand.tail()}`, {
          cause: error,
        });
      }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

const live = async (
  world: World,
  farmhand: Supervised,
  ledger: Ledger,
  crossed: () => readonly string[],
  name: string,
  point: string,
): Promise<Ending> => {
  const { control } = world.slack;
  const client = createClient(world);
  const id = alertIdOf({ name });
  const series = fingerprintOf({ name });
  const deaths = farmhand.deaths;
  const socket = () => until('a socket', control.openSockets, (open) => open > 0, 90_000);
  await socket();
  const before = await ledger.books();

  const armed = await client.offer(webhook({ name }), { 'x-crash-at': point });
  if (armed?.status !== 202) await client.send(webhook({ name }));
  const standing = async () => (await control.rootsOf(channel, id)).filter((root) => !root.deleted);
  const [root] = await until(`a root of ${name}`, standing, (roots) => roots.length > 0, 60_000);

  // One stage after the other, so that the boundaries come in the same order each time.
  const record = () => ledger.alert(series);
  await ledger.told(series);
  while ((await record())?.ack === undefined) {
    await socket();
    const at = farmhand.deaths;
    await control.click({ channel, user: 'U0SRE1', ts: root?.ts ?? '', action_id: 'alert.acknowledge' });
    const answered = async () => (await record())?.ack !== undefined || farmhand.deaths > at;
    await until('the acknowledgement', answered, (yes) => yes, 5_000).catch(() => false);
  }
  await ledger.told(series);
  await client.send(webhook({ name, status: 'resolved' }));
  await until('the end on record', record, (alert) => alert?.status === 'resolved');
  await ledger.told(series);
  const killedAt = crossed()
    .find((line) => line.startsWith('KILLED '))
    ?.slice(7);
  if (killedAt !== undefined) {
    await until(
      'the death',
      async () => farmhand.deaths,
      (died) => died > deaths,
    );
    // It may have been the last step of all: whoever starts now has nothing left to do.
    await socket();
  }
  const after = await ledger.quiet();
  return {
    killedAt,
    deaths: farmhand.deaths - deaths,
    ...(await seen(world, id)),
    books: {
      received: after.received - before.received,
      threaded: after.threaded - before.threaded,
      merged: after.merged - before.merged,
      suppressed: after.suppressed - before.suppressed,
      rejected: after.rejected - before.rejected,
      pending: after.pending,
    },
  };
};

const seen = async (world: World, id: string): Promise<Seen> => {
  const messages = await world.slack.control.messages(channel);
  const roots = await world.slack.control.rootsOf(channel, id);
  const root = roots.find(({ deleted }) => !deleted);
  return {
    roots: roots.map(({ text, deleted }) => (deleted ? `deleted: ${text}` : text)),
    said: messages
      .filter((message) => message.threadTs === root?.ts && message.ephemeralTo === undefined)
      .flatMap(({ text }) => text.split('\n'))
      .map((line) => line.replace(/ · .*$/, '')),
    owner: ownerIn(root),
  };
};

const ownerIn = (root: BoxMessage | undefined): string | undefined =>
  /<@(\w+)> had it/.exec(JSON.stringify(root?.blocks ?? []))?.[1];
