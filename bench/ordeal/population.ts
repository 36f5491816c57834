import type { Random } from '../../sandbox/generator/random.ts';

export type SendingKind = 'new' | 'repeat' | 'resolve' | 'refire';

/** One thing that a source says of one of its alerts. */
export interface Sending {
  readonly alert: number;
  /** Which of the alert's sendings it is, 0 the first. */
  readonly nth: number;
  readonly kind: SendingKind;
  readonly channel: number;
  /** Of the firing that it tells of; ms. */
  readonly startsAt: number;
  /** Only of a resolve; ms. */
  readonly endsAt?: number;
}

export interface Population {
  /** What is due by `now` (ms), oldest first. Asked every so often; what is due in between comes with the next answer. */
  due(now: number): readonly Sending[];
}

interface Alert {
  readonly alert: number;
  readonly channel: number;
  readonly startsAt: number;
  /** ms */
  readonly endsAt: number;
  readonly fired: number;
  readonly nth: number;
}

interface Planned {
  readonly at: number;
  readonly kind: SendingKind;
  readonly alert: Alert;
}

/** A source repeats what fires, as Alertmanager does with its `repeat_interval`; ms. */
export const repeatEvery = 10_000;
const shortest = 12_000;
const longest = 32_000;
/** Of those that ended, so many fire once more. */
const refires = 0.15;

/** How often one alert is told of on average: a firing, its repetitions, its end. */
const firing = 2 + (shortest + longest) / 2 / repeatEvery - 0.5;
const sendings = firing * (1 + refires);

/** Alerts that come, are repeated, end, and some fire again; about `rate` sendings a second once it has run for a minute. */
export const createPopulation = (options: {
  readonly rate: number;
  readonly channels: number;
  readonly random: Random;
  readonly start: number;
}): Population => {
  const { random, channels } = options;
  const everyMs = 1_000 / (options.rate / sendings);
  const plan = createPlan();
  let born = 0;
  let nextBirth = options.start;

  const fire = (at: number, before?: Alert): void => {
    const alert: Alert = {
      alert: before?.alert ?? born++,
      channel: before?.channel ?? random.between(0, channels - 1),
      startsAt: at,
      endsAt: at + random.between(shortest, longest),
      fired: (before?.fired ?? 0) + 1,
      nth: before?.nth ?? 0,
    };
    plan.add({ at, kind: before ? 'refire' : 'new', alert });
  };
  const follow = ({ kind, alert }: Planned, at: number): void => {
    const next: Alert = { ...alert, nth: alert.nth + 1 };
    if (kind === 'resolve') {
      if (alert.fired === 1 && random.next() < refires) fire(at + random.between(4_000, 10_000), next);
      return;
    }
    const again = at + repeatEvery;
    if (again < alert.endsAt) plan.add({ at: again, kind: 'repeat', alert: next });
    else plan.add({ at: alert.endsAt, kind: 'resolve', alert: next });
  };

  return {
    due: (now) => {
      for (; nextBirth <= now; nextBirth += everyMs) fire(Math.floor(nextBirth));
      const all: Sending[] = [];
      for (let next = plan.take(now); next !== undefined; next = plan.take(now)) {
        const { kind, alert } = next;
        const { nth, channel, startsAt, endsAt } = alert;
        all.push({
          ...{ alert: alert.alert, nth, kind, channel, startsAt },
          ...(kind === 'resolve' && { endsAt }),
        });
        follow(next, next.at);
      }
      return all;
    },
  };
};

/** What is planned, by time: in buckets of a few milliseconds, which is all the order that is asked for. */
const createPlan = () => {
  const width = 10;
  const buckets = new Map<number, Planned[]>();
  let first = Number.POSITIVE_INFINITY;
  return {
    add: (planned: Planned): void => {
      const key = Math.floor(planned.at / width);
      const bucket = buckets.get(key);
      if (bucket) bucket.push(planned);
      else buckets.set(key, [planned]);
      first = Math.min(first, key);
    },
    take: (now: number): Planned | undefined => {
      for (const last = Math.floor(now / width) - 1; first <= last; first++) {
        const found = buckets.get(first)?.shift();
        if (found) return found;
        buckets.delete(first);
        if (buckets.size === 0) first = Number.POSITIVE_INFINITY;
      }
      return undefined;
    },
  };
};
