import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import type { WorldOptions } from '../../../sandbox/world/world.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { StepName } from '../../../src/rebuild/model/steps.ts';
import { actionIds } from '../../../views/ids.ts';
import { openRebuildBooks, type RebuildBooks } from './rebuild-books.ts';
import { channels, openScene, readable, type Scene, unpaced } from './scene.ts';
import { until } from './until.ts';

/** The others of the seed: release management, L1. */
export const rami = 'U0RMT1';
export const lena = 'U0L1A';

/** Where the instances of the sandbox live. */
export const namespaces = {
  system6: 'tenant-105858-prod',
  system7: 'tenant-105861-prod',
  system8: 'tenant-105864-prod',
  systemgov1: 'tenant-105899-prod',
} as const;

/** As a person does whom a machine out of breath tells "not now": asks once more. What is asked twice happens once. */
const askedAgain = async <T>(ask: () => Promise<void>, seen: () => Promise<T>): Promise<T> => {
  await ask();
  return seen().catch(async () => {
    await ask();
    return seen();
  });
};

/** Rebuilds as people see and steer them: everything goes through Slack. */
export interface RebuildScene extends AsyncDisposable {
  readonly scene: Scene;
  readonly books: RebuildBooks;
  readonly rebuilds: NonNullable<Scene['world']['rebuilds']>;
  /** `/dcr …` in #dcr. */
  dcr(user: string, text: string): Promise<void>;
  /** The newest thing that only `user` was told in #dcr and that matches; waits for it. */
  told(user: string, text: RegExp): Promise<BoxMessage>;
  press(user: string, message: BoxMessage, action: keyof typeof actionIds): Promise<void>;
  /** The one in flight, once there is one. */
  started(instance: string): Promise<Rebuild>;
  /** From `/dcr start` to the record. */
  start(user: string, instance: string, words?: string): Promise<Rebuild>;
  /** The card, once it matches. */
  card(id: string, text?: RegExp): Promise<BoxMessage>;
  /** What everybody reads in the thread, once something matches. */
  thread(id: string, text: RegExp, timeout?: number): Promise<string>;
  reply(id: string, user: string, text: string): Promise<void>;
  /** Once this step is under way. */
  inStep(id: string, name: StepName, timeout?: number): Promise<Rebuild>;
  /** Opens a modal with `open` and answers it; one at a time, as a person has but one screen. */
  form(user: string, open: () => Promise<void>, values: Readonly<Record<string, unknown>>): Promise<void>;
}

const long = 90_000;

export const openRebuildScene = async (
  more: WorldOptions = {},
  spec: Parameters<typeof openScene>[1] = {},
): Promise<RebuildScene> => {
  await using stack = new AsyncDisposableStack();
  const scene = stack.use(await openScene({ ...unpaced, rebuilds: { timeScale: 6 }, ...more }, spec));
  const { world } = scene;
  const { rebuilds } = world;
  if (!rebuilds) throw new Error('a world without rebuilds');
  const books = stack.use(openRebuildBooks(world.redis.url));
  const { control } = world.slack;
  const channel = channels.dcr;

  const dcr: RebuildScene['dcr'] = (user, text) => control.command({ channel, user, command: '/dcr', text });
  const told: RebuildScene['told'] = async (user, text) => {
    const fits = (message: BoxMessage) => message.ephemeralTo === user && text.test(readable(message));
    const all = async () => (await control.messages(channel)).filter((one) => one.ephemeralTo === user);
    const seen = await until(`${user} to be told ${text}`, all, (messages) => messages.some(fits), 30_000);
    return seen.findLast(fits) as BoxMessage;
  };
  const press: RebuildScene['press'] = (user, message, action) =>
    control.click({ channel: message.channel, user, ts: message.ts, action_id: actionIds[action] });
  /** The newest of what single people were told: says why nothing began. */
  const toldLast = async (): Promise<readonly string[]> =>
    (await control.messages(channel))
      .filter(({ ephemeralTo }) => ephemeralTo !== undefined)
      .slice(-3)
      .map(readable);
  const started: RebuildScene['started'] = async (instance) => {
    const inFlight = async () => {
      const found = (await books.of(instance)).findLast(({ phase }) => phase === 'running');
      return found ?? { instead: await toldLast() };
    };
    const seen = await until(`a rebuild of ${instance}`, inFlight, (one) => !('instead' in one), 30_000);
    return seen as Rebuild;
  };
  const rootOf = async (id: string): Promise<BoxMessage | undefined> => {
    const roots = (await control.rootsOf(channel, id)).filter(({ deleted }) => !deleted);
    if (roots.length > 1) throw new Error(`${id} has ${roots.length} cards`);
    return roots[0];
  };
  const card: RebuildScene['card'] = async (id, text = /./) => {
    const look = async () => rootOf(id);
    const shows = (message: BoxMessage | undefined) => message !== undefined && text.test(readable(message));
    return (await until(`the card of ${id} to show ${text}`, look, shows, long)) as BoxMessage;
  };
  const saidIn = async (id: string): Promise<string> => {
    const root = await rootOf(id);
    const messages = await control.messages(channel);
    return messages
      .filter(({ threadTs, ephemeralTo }) => root && threadTs === root.ts && ephemeralTo === undefined)
      .map(({ text }) => text)
      .join('\n');
  };
  let forms: Promise<unknown> = Promise.resolve();
  const kept = stack.move();

  return {
    scene,
    books,
    rebuilds,
    dcr,
    told,
    press,
    started,
    start: async (user, instance, words = '--reason "new dataset"') => {
      const isPlan = new RegExp(`Plan: .*${instance}`);
      const plans = async () =>
        (await control.messages(channel)).filter(
          ({ ephemeralTo, text }) => ephemeralTo === user && isPlan.test(text),
        );
      const before = (await plans()).length;
      const all = await askedAgain(
        () => dcr(user, `start ${instance} ${words}`),
        () => until(`a plan for ${instance}`, plans, (seen) => seen.length > before, 20_000),
      );
      return askedAgain(
        () => press(user, all.at(-1) as BoxMessage, 'rebuildConfirm'),
        () => started(instance),
      );
    },
    card,
    thread: (id, text, timeout = long) =>
      until(
        `the thread of ${id} to say ${text}`,
        () => saidIn(id),
        (said) => text.test(said),
        timeout,
      ),
    reply: async (id, user, text) => {
      const root = await card(id);
      await control.say({ channel, user, text, thread_ts: root.ts });
    },
    inStep: (id, name, timeout = long) =>
      books.when(
        `the step ${name}`,
        id,
        ({ steps }) => steps.find((step) => step.name === name)?.state === 'running',
        timeout,
      ),
    form: async (user, open, values) => {
      const before = forms;
      const filled = async () => {
        await before.catch(() => undefined);
        await open();
        const ready = (modals: readonly Readonly<Record<string, unknown>>[]) =>
          modals.length > 0 && modals.at(-1)?.['submit'] !== undefined;
        await until('the form', control.modals, ready, 20_000);
        const result = await control.submit({ user, values });
        if (result.result === 'errors') throw new Error(JSON.stringify(result.errors));
        await control.closeModal(user);
      };
      const mine = filled();
      forms = mine;
      await mine;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};
