import { Redis } from 'ioredis';
import { createAlertService } from '../../src/alerts/alert-service.ts';
import { reconcileChannel } from '../../src/alerts/channel/channel-controller.ts';
import type { LaneOpening } from '../../src/alerts/channel/channel-queue.ts';
import { createDigestKeeper } from '../../src/alerts/channel/digest-keeper.ts';
import { createInFlightCalls } from '../../src/alerts/channel/in-flight-calls.ts';
import type { AlertEvent } from '../../src/alerts/model/event.ts';
import type { RouteChoice, RouteTable } from '../../src/alerts/model/routing.ts';
import { threadMessage, withThread } from '../../src/alerts/thread/thread-message.ts';
import type { EventReason } from '../../src/core/reasons.ts';
import type { PostedMessage } from '../../src/delivery/slack-result.ts';
import { posted } from '../../src/delivery/transitions.ts';
import { createIngest, type Outcome, recordOwn } from '../../src/intake/ingest.ts';
import { createStrangers } from '../../src/intake/strangers.ts';
import type { RawMessage, Rejection } from '../../src/intake/wire/raw.ts';
import { createRecordStore } from '../../src/integrations/redis/record-store.ts';
import type { Rate } from '../../src/integrations/redis/shared/pacer.ts';
import { messagePosition, t0 } from '../builders/event.ts';
import { allowAll } from '../fakes/access.ts';
import { memoryAudit } from '../fakes/audit.ts';
import { oneAlertmanager } from '../fakes/silence-scopes.ts';
import { createFakeSlack, type FakeSlack } from '../fakes/slack-threads.ts';

export interface WorldOptions {
  readonly redisUrl: string;
  readonly slack?: FakeSlack;
  readonly route?: Partial<RouteChoice>;
  readonly posts?: Rate;
  readonly updates?: Rate;
  readonly digest?: { readonly threshold: number; readonly refresh: number };
  readonly nextChannel?: (channel: string) => string | undefined;
  readonly prefix?: string;
  /** Default: writes open no lane. */
  readonly openingOf?: (channel: string) => LaneOpening | undefined;
}

export type AlertWorld = Awaited<ReturnType<typeof createAlertWorld>>;

const unlimited: Rate = { perSecond: 1_000_000, burst: 1_000 };
let worlds = 0;

/** The alert path on a real Redis with a Slack in memory and a clock that the test moves. */
export const createAlertWorld = async (options: WorldOptions) => {
  worlds += 1;
  const redis = new Redis(options.redisUrl);
  const clock = { now: t0 };
  const now = (): number => clock.now;
  const slack = options.slack ?? createFakeSlack();
  const marked: string[] = [];
  const due: string[] = [];
  const outcomes: EventReason[] = [];
  const rejected: Rejection[] = [];
  /** What the controllers told of: threads that opened, and those that no channel takes. */
  const told: string[] = [];
  let claims = 0;
  const prefix = options.prefix ?? `test-${process.pid}-${worlds}`;
  const store = createRecordStore({
    redis,
    prefix,
    retention: { alert: 30 * 86_400_000, event: 7 * 86_400_000 },
    // The clock of a test stands still while Redis' own goes on.
    commandTimeout: 120_000,
    waitReplicas: 0,
    rates: () => ({ post: options.posts ?? unlimited, update: options.updates ?? unlimited }),
    now,
    ...(options.openingOf && { openingOf: options.openingOf }),
    onMarked: (channels) => marked.push(...channels),
    onDue: (alerts) => due.push(...alerts.map(({ id }) => id)),
  });
  await store.measureSkew();
  const { alerts, lanes, pacer, queries } = store;
  const base = {
    now,
    newClaim: () => `claim-${worlds}-${++claims}`,
    threads: slack,
    pacer,
    lanes,
    store: alerts,
  };
  const digests = createDigestKeeper({
    ...base,
    digests: store.digests,
    settings: () => options.digest ?? { threshold: 20, refresh: 10_000 },
    claimTimeout: 15_000,
  });
  const late: unknown[] = [];
  const underWay = createInFlightCalls({ after, atOnce: 64, onLate: (error) => late.push(error) });
  const pass = {
    ...base,
    digests,
    underWay,
    nextChannel: options.nextChannel ?? (() => undefined),
    policy: { claimTimeout: 15_000 },
    concurrency: 16,
    budget: 60_000,
    stopping: () => false,
    onThread: () => told.push('thread'),
    onUndeliverable: (_: unknown, error: string) => told.push(`undeliverable: ${error}`),
  };
  const events = new Map<RawMessage, AlertEvent>();
  const recording = {
    store: alerts,
    routes: () => routesTo(options.route),
    policy: () => ({ refireWindow: 4 * 3_600_000, staleGrace: 300_000 }),
    onOutcome: ({ reason, count }: Pick<Outcome, 'reason' | 'count'>) =>
      outcomes.push(...Array(count).fill(reason)),
  };
  const ingest = createIngest({
    ...recording,
    strangers: createStrangers(),
    decode: (message) => {
      const event = events.get(message);
      return event
        ? { events: [event], rejections: [] }
        : { events: [], rejections: [{ reason: 'bad_json', detail: 'body: not JSON', message }] };
    },
    deadLetters: {
      keep: async (rejections) => {
        rejected.push(...rejections);
      },
    },
  });
  const rawOf = (event: AlertEvent): RawMessage => {
    const message: RawMessage = {
      value: Buffer.from('{}'),
      headers: {},
      position: messagePosition(event),
      receivedAt: event.receivedAt,
    };
    events.set(message, event);
    return message;
  };

  return {
    redis,
    prefix,
    clock,
    slack,
    store,
    queries,
    alerts,
    marked,
    due,
    told,
    /** What steps threw that no pass waited for any more. */
    late,
    underWay,
    outcomes,
    rejected,
    passDeps: pass,
    service: createAlertService({
      store: alerts,
      now,
      can: { ticket: true, silence: true },
      access: allowAll,
      audit: memoryAudit(),
      safe: (text) => text,
      instanceOf: () => undefined,
      groups: { groups: store.groups, scopes: oneAlertmanager },
    }),
    /** Takes events in, in one batch. */
    take: (...list: AlertEvent[]) => ingest.ingest(list.map(rawOf)),
    /** Takes in what farmhand itself has made. */
    takeOwn: (list: readonly AlertEvent[]) => recordOwn(recording, list),
    /** Every alert on record, the latest first. */
    all: async () => (await queries.list({ limit: 200 })).alerts,
    takeRaw: (message: RawMessage) => ingest.ingest([message]),
    /** What somebody else may do meanwhile: a root message gets on record. */
    open: async (id: string, message: PostedMessage): Promise<void> => {
      await alerts.update(id, (alert) => {
        const known = threadMessage(alert);
        const next = known && posted(known, message, { shown: 'by somebody else' }, clock.now);
        return next ? { write: withThread(alert, next, clock.now) } : {};
      });
    },
    /** One pass over a channel; answers when it wants to come again. */
    pass: (channel = 'C01ALERTS') => reconcileChannel(pass, channel),
    /** Passes, moving the clock as asked, until the lane has nothing more to do within `horizon` ms. */
    settle: async (channel = 'C01ALERTS', horizon = 3_600_000): Promise<void> => {
      const end = clock.now + horizon;
      for (let turns = 0; turns < 10_000; turns++) {
        const again = await reconcileChannel(pass, channel);
        if (again === undefined || clock.now + again > end) return;
        clock.now += Math.max(again, 1);
      }
      throw new Error('the lane never came to rest');
    },
    [Symbol.asyncDispose]: async () => {
      redis.disconnect();
    },
  };
};

const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

const routesTo = (over: Partial<RouteChoice> = {}): RouteTable => ({
  revision: 'test',
  choose: () => ({ route: 'default', channel: 'C01ALERTS', thread: true, actions: [], ...over }),
  explain: () => ({ route: 'default', tried: [] }),
});
