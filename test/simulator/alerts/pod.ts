import { createBulkhead } from '../../../src/alerts/actions/bulkhead.ts';
import { reconcileActions } from '../../../src/alerts/actions/reconcile-actions.ts';
import { createAlertService } from '../../../src/alerts/alert-service.ts';
import { channelTurn, turnAhead } from '../../../src/alerts/channel/channel-controller.ts';
import type { LaneOpening } from '../../../src/alerts/channel/channel-queue.ts';
import { createDigestKeeper } from '../../../src/alerts/channel/digest-keeper.ts';
import { createInFlightCalls } from '../../../src/alerts/channel/in-flight-calls.ts';
import type { AlertService } from '../../../src/alerts/model/command.ts';
import type { NotifyWish } from '../../../src/alerts/model/escalation.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { RouteTable } from '../../../src/alerts/model/routing.ts';
import { createIngest } from '../../../src/intake/ingest.ts';
import { createStrangers } from '../../../src/intake/strangers.ts';
import type { RawMessage } from '../../../src/intake/wire/raw.ts';
import { createAtHand } from '../../../src/reconcile/at-hand.ts';
import { leaseMs, underLease } from '../../../src/reconcile/lease.ts';
import { createLocalDedup } from '../../../src/reconcile/local-dedup.ts';
import { startResync } from '../../../src/reconcile/resync.ts';
import type { After } from '../../../src/reconcile/work.ts';
import { messagePosition } from '../../builders/event.ts';
import { allowAll } from '../../fakes/access.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { oneAlertmanager } from '../../fakes/silence-scopes.ts';
import type { Jobs } from '../jobs.ts';
import { createProcess, type SimProcess } from '../process.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Chaos } from './chaos.ts';
import type { OutsideSystems } from './outside.ts';
import { createMemoryRecords } from './records.ts';
import type { RecordsState } from './records-state.ts';
import { connectSlack, type SimSlack } from './slack.ts';
import { storeLink } from './store-link.ts';

export interface PodDeps {
  readonly scheduler: Scheduler;
  readonly chaos: Chaos;
  readonly state: RecordsState;
  readonly slack: SimSlack;
  readonly outside: OutsideSystems;
  readonly jobs: Jobs;
  readonly routes: RouteTable;
  /** Whom groups mention while nobody reacts. */
  readonly notify: NotifyWish | undefined;
  readonly atBoundary: (process: SimProcess, changes: boolean) => void;
}

/** One process of farmhand: everything but its wires is the real thing. */
export interface Pod {
  readonly process: SimProcess;
  readonly service: AlertService;
  ingest(events: readonly AlertEvent[]): Promise<void>;
  work(kind: 'lane' | 'alert', id: string): Promise<number | undefined>;
}

const claimTimeout = 15_000;
const resyncEvery = 60_000;
const takePolicy = { refireWindow: 1_800_000, staleGrace: 300_000 };

export const startPod = (deps: PodDeps, name: string): Pod => {
  const { scheduler, chaos, state, slack, outside, jobs } = deps;
  const process = createProcess(scheduler, name, chaos.random.between(-800, 800), deps.atBoundary);
  const { now } = process;
  const after: After = (ms, run) => {
    let off = false;
    void process.sleep(ms).then(() => off || run());
    return () => {
      off = true;
    };
  };
  const atHand = createAtHand<LaneOpening>(after, () => {});
  const records = createMemoryRecords(state, {
    io: storeLink(scheduler, process, chaos),
    now,
    rates: () => ({ post: { perSecond: 1, burst: 3 }, update: { perSecond: 2, burst: 10 } }),
    openingOf: atHand.ahead,
    onMarked: (channels) => jobs.add('lane', atHand.take(channels), 0),
    onDue: (due) => {
      for (const { id, at } of due) jobs.add('alert', [id], Math.max(0, at - now()));
    },
    batchSize: 3,
    writer: name,
  });
  const { alerts: store, lanes, leases, pacer } = records;
  const threads = connectSlack(slack, scheduler, process, chaos);
  let claims = 0;
  const shared = { store, lanes, pacer, threads, now, newClaim: () => `${name}.${++claims}` };
  const digests = createDigestKeeper({
    ...shared,
    digests: records.digests,
    settings: () => ({ threshold: 5, refresh: 10_000 }),
    claimTimeout,
  });
  const underWay = createInFlightCalls({
    after,
    atOnce: 12,
    // Nobody waits for it: what it was at is on record.
    onLate: () => {},
  });
  const passDeps = {
    ...shared,
    digests,
    groups: {
      groups: records.groups,
      policy: () => ({
        refireWindow: takePolicy.refireWindow,
        ticketsOf: () => [{ kind: 'ticket' as const }],
        notifyOf: () => deps.notify,
      }),
    },
    underWay,
    policy: { claimTimeout },
    concurrency: 4,
    budget: 1_000,
    nextChannel: (channel: string) => (channel === 'FALLBACK' ? undefined : 'FALLBACK'),
    stopping: () => false,
  };
  const bodies = new WeakMap<RawMessage, AlertEvent>();
  const ingest = createIngest({
    decode: (message) => ({ events: [bodies.get(message) as AlertEvent], rejections: [] }),
    store,
    deadLetters: { keep: async () => {} },
    strangers: createStrangers(8),
    routes: () => deps.routes,
    policy: () => takePolicy,
    onOutcome: () => {},
  });
  const actions = {
    audit: memoryAudit(),
    store,
    ...outside.connect(process, chaos),
    gate: createBulkhead({ ticket: 8, ticket_news: 8, api_task: 8, silence: 8, rebuild: 8, pager: 8 }),
    permalink: () => 'https://slack/p',
    now,
    claimTimeout,
    onDone: () => {},
  };

  startResync({
    ...{ after, every: resyncEvery, first: 0 },
    nudges: { found: async (work, ids) => jobs.add(work === 'alert' ? 'alert' : 'lane', ids, 0) },
    find: { lane: () => lanes.busy(), alert: () => records.overdue(resyncEvery, 1_000) },
    // The next round comes.
    onError: () => {},
  });

  const running = createLocalDedup();
  const lease = { leases, running, now, owner: name, after, onStuck: () => {} };
  const overLane = async (
    channel: string,
    { pass, take } = channelTurn(passDeps, channel),
  ): Promise<number | undefined> => (await underLease(lease, 'lane', channel, pass, take))?.ms;
  // What it has no place for, and what comes again, goes through the queues.
  const comeAgain = (channel: string, ms: number | undefined) => {
    if (ms !== undefined) jobs.add('lane', [channel], ms);
  };
  const orLater = (channel: string, ended: Promise<number | undefined>) =>
    ended.then(
      (ms) => comeAgain(channel, ms),
      () => comeAgain(channel, 1_000),
    );
  atHand.open(
    (channel) => orLater(channel, overLane(channel)),
    chaos.random.between(0, 2),
    (channel) => {
      if (running.at('lane', channel)) return undefined;
      const { opening, turn } = turnAhead(passDeps, channel, { owner: name, ms: leaseMs });
      return { opening, ended: orLater(channel, overLane(channel, turn)) };
    },
  );
  return {
    process,
    service: createAlertService({
      store,
      now,
      can: { ticket: true, silence: true },
      access: allowAll,
      audit: memoryAudit(),
      safe: (text) => text,
      instanceOf: () => undefined,
      groups: { groups: records.groups, scopes: oneAlertmanager },
    }),
    ingest: async (events) => {
      const messages = events.map((event): RawMessage => {
        const message = {
          value: null,
          headers: {},
          position: messagePosition(event),
          receivedAt: event.receivedAt,
        };
        bodies.set(message, event);
        return message;
      });
      await ingest.ingest(messages);
    },
    work: (kind, id) => (kind === 'alert' ? reconcileActions(actions, id) : overLane(id)),
  };
};
