import { type Random, randomFrom } from '../../../sandbox/generator/random.ts';
import type { ActionSpec } from '../../../src/alerts/model/alert.ts';
import type { AlertCommand } from '../../../src/alerts/model/command.ts';
import type { NotifyWish } from '../../../src/alerts/model/escalation.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { GroupBy } from '../../../src/alerts/model/group.ts';
import type { RouteTable } from '../../../src/alerts/model/routing.ts';
import type { QuietHours } from '../../../src/core/time/quiet-hours.ts';
import { t0 } from '../../builders/event.ts';
import type { QuietSpan } from '../calls.ts';
import { createJobs, type Worker } from '../jobs.ts';
import { askForLists } from '../lists.ts';
import type { SimProcess } from '../process.ts';
import { createScheduler, type Scheduler } from '../scheduler.ts';
import { type Chaos, createChaos } from './chaos.ts';
import { breaches } from './check.ts';
import { burst, flapping, history, partitioned, storm } from './histories.ts';
import { createOutside } from './outside.ts';
import { type Pod, startPod } from './pod.ts';
import { createRecordsState, type RecordsState } from './records-state.ts';
import { createSimSlack, type SimSlack } from './slack.ts';

export interface Run {
  readonly seed: number;
  /** What did not hold in the end. */
  readonly breaches: readonly string[];
  readonly state: RecordsState;
  readonly slack: SimSlack;
  /** For comparing runs of one seed: equal when everything went the same way. */
  readonly trace: string;
}

const minute = 60_000;
/** Everything goes wrong until here; then two hours to come to rest. */
const chaosFor = 60 * minute;
const restFor = 120 * minute;

/** One run of the alert path on two processes, with everything that `seed` lets go wrong. */
export const simulate = async (seed: number): Promise<Run> => {
  const random = randomFrom(seed);
  const scheduler = createScheduler(t0);
  const chaos = createChaos(random, scheduler.now, random.pick([0, 0.3, 1, 1, 1.5]));
  const state = createRecordsState(scheduler.now);
  const slack = createSimSlack(
    random.next() < 0.3 ? ['CLOSED'] : random.next() < 0.1 ? ['CLOSED', 'FALLBACK'] : [],
  );
  const calm = Array.from({ length: random.between(3, 8) }, (_, n) => history(random, n, t0, chaosFor));
  const stormy =
    random.next() < 0.4
      ? storm(random, 100, random.between(10, 30), t0 + random.between(1, 50) * minute)
      : [];
  // A third of all runs has groups.
  const groupBy = seed % 3 === 0 ? ['service'] : undefined;
  // A quarter has people who are called while nobody reacts.
  const quiet = seed % 8 === 1 ? quietSpan(random) : undefined;
  const notify = seed % 4 === 1 ? { ...calling, ...(quiet && { quiet: hoursOf(quiet) }) } : undefined;
  const bursts = Array.from({ length: groupBy ? 6 : 0 }, (_, n) =>
    burst(random, 200 + 10 * n, `b${n}`, t0 + random.between(1, 50) * minute),
  );
  const flaps =
    random.next() < 0.4
      ? [0, 1, 2].map((n) => flapping(random, 50 + n, t0 + random.between(1, 40) * minute))
      : [];
  const remade = random.next() < 0.3 ? t0 + random.between(5, 55) * minute : undefined;
  const { histories, chunks } = partitioned(random, [...calm, ...stormy, ...bursts.flat(), ...flaps], remade);
  state.leaseless = random.next() < 0.4;

  const outside = createOutside();
  const pods: Pod[] = [];
  const running = (): readonly Pod[] => pods.filter((pod) => pod.process.running);
  const anyPod = (): Pod | undefined => {
    const up = running();
    return up[random.between(0, Math.max(0, up.length - 1))];
  };
  const jobs = createJobs(scheduler, chaos, (): Worker | undefined => anyPod());
  const crashes = random.pick([0, 0.01, 0.03]);
  const atBoundary = (process: SimProcess, changes: boolean): void => {
    if (!chaos.chance(changes ? crashes : crashes / 20)) return;
    if (random.next() < 0.5) {
      // Just longer than a claim is held, or long enough for others to have finished its work.
      const stop = random.pick([random.between(14, 22), random.between(20, 180)]);
      process.stopUntil(scheduler.now() + stop * 1_000);
      return;
    }
    process.kill();
    pods.splice(
      pods.findIndex((pod) => pod.process === process),
      1,
    );
    scheduler.at(scheduler.now() + random.between(1, 20) * 1_000, start);
  };
  const deps = {
    ...{ scheduler, chaos, state, slack, jobs, atBoundary },
    outside,
    routes: routes(random, groupBy, notify),
    notify,
  };
  let started = 0;
  const start = (): void => void pods.push(startPod(deps, `pod${++started}`));
  start();
  start();

  for (const { at, events } of chunks) deliver(scheduler, random, anyPod, events, at);
  lookUpOutages(scheduler, chaos);
  people(scheduler, random, state, anyPod);
  if (seed % 5 === 2)
    askForLists(scheduler, random, state, [t0 + minute, t0 + chaosFor - minute], () => anyPod()?.service);
  await scheduler.runUntil(t0 + chaosFor);
  chaos.over = true;
  state.leaseless = false;
  await scheduler.runUntil(t0 + chaosFor + restFor);
  const trace = JSON.stringify([
    [...state.series],
    [...slack.messages],
    [...state.books],
    [...outside.told],
    [...outside.paged],
  ]);
  return {
    seed,
    breaches: breaches({
      state,
      slack,
      histories,
      told: outside.told,
      paged: outside.paged,
      quiet,
      made: outside.made,
    }),
    state,
    slack,
    trace,
  };
};

/** As Kafka does: again, perhaps by another, until one of them says that it is durable. */
const deliver = (
  scheduler: Scheduler,
  random: Random,
  anyPod: () => Pod | undefined,
  events: readonly AlertEvent[],
  at: number,
): void => {
  scheduler.at(at, () => {
    let done = false;
    const again = (): void => {
      if (done) return;
      done = true;
      // The next one may read it in other parts.
      const cut = random.next() < 0.5 ? random.between(0, events.length - 1) : 0;
      for (const part of [events.slice(0, cut), events.slice(cut)]) {
        if (part.length > 0)
          deliver(scheduler, random, anyPod, part, scheduler.now() + random.between(500, 5_000));
      }
    };
    const pod = anyPod();
    if (!pod) return again();
    scheduler.at(scheduler.now() + 12_000, again);
    void pod.ingest(events).then(() => {
      done = true;
    }, again);
  });
};

/** Times at which no look-up is answered. */
const lookUpOutages = (scheduler: Scheduler, chaos: Chaos): void => {
  const { random } = chaos;
  for (let time = t0; time < t0 + chaosFor; time += random.between(5, 20) * minute) {
    scheduler.at(time, () => {
      if (chaos.chance(0.2)) chaos.noLookUps = scheduler.now() + random.between(1, 20) * minute;
    });
  }
};

const people = (
  scheduler: Scheduler,
  random: Random,
  state: RecordsState,
  anyPod: () => Pod | undefined,
): void => {
  for (let i = random.between(0, 15); i > 0; i--) {
    scheduler.at(t0 + random.between(1, 59) * minute + random.between(0, 59_999), () => {
      const ids = [...state.series.values(), ...state.archive.values()].map(({ id }) => id);
      const id = ids[random.between(0, Math.max(0, ids.length - 1))];
      const service = anyPod()?.service;
      if (id === undefined || !service) return;
      const by = { id: random.pick(['U1', 'U2']) };
      const verb = random.pick([
        ...(['acknowledge', 'unacknowledge', 'assign', 'silence', 'ticket', 'take_out'] as const),
        ...(['note', 'clear_note'] as const),
      ]);
      const durationMs = random.between(1, 20) * minute;
      const group = state.series.get(id.slice(0, 16))?.group !== undefined;
      const to = { id: by.id === 'U1' ? 'U2' : 'U1' };
      const command: AlertCommand =
        verb === 'silence'
          ? { verb, durationMs, reason: 'known', ...(group && { labels: ['service'] }) }
          : verb === 'assign'
            ? { verb, to }
            : verb === 'note'
              ? { verb, text: 'known' }
              : { verb };
      // A person who is told that the store did not answer tries again, or not.
      void service.apply(id, command, by).catch(() => {});
    });
  }
};

const ticket: ActionSpec = { kind: 'ticket', summary: '{{thread.permalink}}' };
const task: ActionSpec = {
  kind: 'api_task',
  task: 'collect-logs',
  params: { ticket: '{{ticket.key}}' },
  attempts: 5,
  backoff: 1_000,
};

/** Everybody is called in one step only, so that whoever is called twice was called twice. */
const calling: NotifyWish = {
  steps: [
    { after: 0, mention: ['S01'] },
    { after: 5 * minute, mention: ['S02', 'U03'] },
    { after: 15 * minute, mention: ['channel'] },
  ],
  remind: 20 * minute,
  broadcastRefire: true,
};

/** Begins before anything fires, or in the midst of it; over before all is at rest. */
const quietSpan = (random: Random): QuietSpan => {
  const from = t0 + random.between(-10, 40) * minute;
  return { from, until: from + random.between(10, 50) * minute, all: random.next() < 0.3 };
};

const day = 86_400_000;
const hoursOf = ({ from, until, all }: QuietSpan): QuietHours => ({
  ...{ name: 'nights', zone: 'UTC', from: from % day, until: until % day },
  ...(all && { critical: true }),
});

const pager: ActionSpec = { kind: 'pager', to: 'on-call', after: minute };

const routes = (random: Random, groupBy: GroupBy | undefined, notify: NotifyWish | undefined): RouteTable => {
  const chosen = random.next() < 0.5 ? [ticket, task] : [];
  const actions = notify ? [...chosen, pager] : chosen;
  const channels = ['C1', 'C1', 'C2', 'CLOSED'] as const;
  return {
    revision: 'simulated',
    explain: () => ({ route: 'simulated', tried: [] }),
    choose: ({ labels }) => {
      const n = Number(labels['service']?.slice(1) ?? 0);
      const route = { route: 'simulated', channel: channels[n] ?? 'C1', thread: true, actions };
      return { ...route, ...(groupBy && { groupBy }), ...(notify && { notify }) };
    },
  };
};
