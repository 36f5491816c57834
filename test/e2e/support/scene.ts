import { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { ManagedProcess } from '../../../sandbox/process/process.ts';
import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import { defaultSeed } from '../../../sandbox/slack/control/seed.ts';
import { startWorld, type World, type WorldOptions } from '../../../sandbox/world/world.ts';
import { actionIds } from '../../../views/ids.ts';
import { type Client, createClient } from './client.ts';
import { inTurn } from './in-turn.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { until } from './until.ts';

export const channels = {
  alerts: 'C0ALERTS',
  payments: 'C0PAYMENTS',
  sre: 'C0SRE',
  dcr: 'C0DCR',
  fallback: 'C0FALLBACK',
} as const;

/** Sam and Nora of the seed. */
export const sam = 'U0SRE1';
export const nora = 'U0SRE2';

/**
 * A line of a thread with its people by their full names. farmhand waits 800 ms for those, and else says who it was by the
 * name in Slack's request: on a busy machine that may be so with the first click after a start.
 */
export const byFullName = (line: string): string =>
  defaultSeed.users.reduce((said, { name, realName }) => said.replaceAll(`*${name}*`, `*${realName}*`), line);

/** As fast as the local Slack goes: for tests that are not about pacing. */
export const unpaced = {
  slackPacing: false,
  pacing: { posts_per_second: 1_000, burst: 1_000, updates_per_minute: 60_000 },
} as const satisfies WorldOptions;

/** A world with a running farmhand, and what people see of it. */
export interface Scene extends AsyncDisposable {
  readonly world: World;
  /** The farmhand that was started last. */
  farmhand(): ManagedProcess;
  /** Starts it again, after it died or was stopped. */
  start(): Promise<void>;
  readonly client: Client;
  readonly ledger: Ledger;
  /** Past farmhand: for what only Redis itself can tell. */
  readonly redis: Redis;
  /** The one root message of an alert that stands, once there is one. */
  root(id: string, channel?: string): Promise<BoxMessage>;
  /** The same once its text matches. */
  rootSaying(id: string, text: RegExp, channel?: string): Promise<BoxMessage>;
  /** Lines of a thread that everybody sees, without their times. */
  thread(root: BoxMessage): Promise<readonly string[]>;
  /** Waits until the thread has exactly these lines. */
  threadSays(root: BoxMessage, ...lines: readonly string[]): Promise<void>;
  /** What `user` alone was told in `channel`, once something matches. */
  told(user: string, text: RegExp, channel?: string): Promise<string>;
  /** The same as a message, with its buttons. */
  shown(user: string, text: RegExp, channel?: string): Promise<BoxMessage>;
  click(root: BoxMessage, user: string, action: keyof typeof actionIds): Promise<void>;
  say(root: BoxMessage, user: string, text: string): Promise<void>;
  /** Once farmhand hears people. */
  listening(sockets?: number): Promise<void>;
}

export const openScene = (
  options: WorldOptions = unpaced,
  spec: Parameters<World['start']>[0] = {},
): Promise<Scene> => inTurn(() => open(options, spec));

const open = async (options: WorldOptions, spec: Parameters<World['start']>[0]): Promise<Scene> => {
  await using starting = new AsyncDisposableStack();
  const world = starting.use(await startWorld(options));
  let farmhand = await world.start(spec);
  const ledger = starting.use(openLedger(world.redis.url));
  const redis = new Redis(world.redis.url);
  // Tests stop Redis on purpose.
  redis.on('error', () => undefined);
  starting.defer(() => redis.disconnect());
  const { control } = world.slack;

  const standingRoots = async (id: string, channel: string) =>
    (await control.rootsOf(channel, id)).filter(({ deleted }) => !deleted);
  const rootSaying: Scene['rootSaying'] = async (id, text, channel = channels.alerts) => {
    const says = (roots: readonly BoxMessage[]) => roots.some((root) => text.test(readable(root)));
    const roots = await until(`a root of ${id} saying ${text}`, () => standingRoots(id, channel), says);
    expect(roots).toHaveLength(1);
    return roots[0] as BoxMessage;
  };
  const thread: Scene['thread'] = async (root) =>
    (await control.messages(root.channel))
      .filter((message) => message.threadTs === root.ts && !message.deleted && !message.ephemeralTo)
      .flatMap(({ text }) => text.split('\n'))
      .map((line) => byFullName(line.replace(/ · .*$/, '')));
  const shown: Scene['shown'] = async (user, text, channel = channels.alerts) => {
    const fits = (message: BoxMessage) => message.ephemeralTo === user && text.test(readable(message));
    return (await control.waitForMessages(channel, (all) => all.some(fits))).findLast(fits) as BoxMessage;
  };
  const listening: Scene['listening'] = async (sockets = 2) => {
    await until('the sockets', control.openSockets, (open) => open >= sockets);
  };
  await listening();
  const all = starting.move();

  return {
    world,
    farmhand: () => farmhand,
    start: async () => {
      farmhand = await world.start(spec);
      await listening();
    },
    client: createClient(world),
    ledger,
    redis,
    root: (id, channel) => rootSaying(id, /./, channel),
    rootSaying,
    thread,
    threadSays: async (root, ...lines) => {
      await until(
        `a thread with ${lines.length} lines`,
        () => thread(root),
        (said) => said.length >= lines.length,
      );
      expect(await thread(root)).toEqual(lines);
    },
    told: async (user, text, channel) => readable(await shown(user, text, channel)),
    shown,
    click: (root, user, action) =>
      control.click({ channel: root.channel, user, ts: root.ts, action_id: actionIds[action] }),
    say: async (root, user, text) => {
      await control.say({ channel: root.channel, user, text, thread_ts: root.ts });
    },
    listening,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};

/** All the text of a message: what a person reads, and the links behind it. */
export const readable = (message: BoxMessage | undefined): string =>
  [message?.text ?? '', ...textsOf(message?.blocks)].join('\n');

const textsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsOf(inner),
  );
};

/** Action ids of the buttons that a message offers. */
export const buttonsOf = (message: BoxMessage): readonly string[] =>
  message.blocks.flatMap((block) =>
    Array.isArray(block['elements'])
      ? (block['elements'] as readonly { readonly action_id?: string }[]).flatMap(
          (element) => element.action_id ?? [],
        )
      : [],
  );
