import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import type { World } from '../../sandbox/world/world.ts';
import type { Books } from '../e2e/support/ledger.ts';
import { byFullName } from '../e2e/support/scene.ts';
import { until } from '../e2e/support/until.ts';
import { alertIdOf, fingerprintOf, webhook } from '../e2e/support/webhook.ts';
import { type Box, type BoxOptions, openBox } from './box.ts';

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

export const openCrashBox = async (options: BoxOptions = {}): Promise<CrashBox> => {
  const box = await openBox(options);
  return {
    crossed: box.crossed,
    look: (name) => seen(box.world, alertIdOf({ name })),
    atRest: () => box.ledger.atRest(120_000),
    live: async (name, point) => {
      box.begin();
      try {
        return await live(box, name, point);
      } catch (error) {
        throw new Error(`${point}: ${String(error)}\nfarmhand said last:\n${box.farmhand.tail()}`, {
          cause: error,
        });
      }
    },
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
};

const live = async (
  { world, farmhand, ledger, client, crossed, listens }: Box,
  name: string,
  point: string,
): Promise<Ending> => {
  const { control } = world.slack;
  const id = alertIdOf({ name });
  const series = fingerprintOf({ name });
  const deaths = farmhand.deaths;
  await listens();
  const before = await ledger.books();

  const armed = await client.offer(webhook({ name }), { 'x-crash-at': point });
  if (armed?.status !== 202) await client.send(webhook({ name }));
  const standing = async () => (await control.rootsOf(channel, id)).filter((root) => !root.deleted);
  const [root] = await until(`a root of ${name}`, standing, (roots) => roots.length > 0, 60_000);

  // One stage after the other, so that the boundaries come in the same order each time.
  const record = () => ledger.alert(series);
  await ledger.told(series);
  while ((await record())?.ack === undefined) {
    await listens();
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
    await listens();
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
      .map((line) => byFullName(line.replace(/ · .*$/, ''))),
    owner: ownerIn(root),
  };
};

const ownerIn = (root: BoxMessage | undefined): string | undefined =>
  /<@(\w+)> had it/.exec(JSON.stringify(root?.blocks ?? []))?.[1];
