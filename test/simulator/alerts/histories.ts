import type { Random } from '../../../sandbox/generator/random.ts';
import type { AlertEvent, AlertStatus } from '../../../src/alerts/model/event.ts';
import { anEvent } from '../../builders/event.ts';

/** A series as it really was, the events that tell of it, and when each of them is sent. */
export interface History {
  readonly fingerprint: string;
  readonly status: AlertStatus;
  readonly sendings: readonly { readonly at: number; readonly event: AlertEvent }[];
}

const fingerprintOf = (n: number): string => (0xabc0_0000_0000_0000n + BigInt(n)).toString(16);

const severities = ['critical', 'error', 'warning', 'info'] as const;

/** Its place in Kafka follows from the event, so that the same seed makes the same events again. */
const sent = (event: Partial<AlertEvent> & Pick<AlertEvent, 'time'>): AlertEvent =>
  anEvent({
    position: { via: 'kafka', topic: 'alerts', partition: 0, offset: String(event.time), index: 0 },
    ...event,
  });

/** One to four firings within `span` ms of `start`; late, doubled and out of order, as a network delivers them. */
export const history = (random: Random, n: number, start: number, span: number): History => {
  const fingerprint = fingerprintOf(n);
  const firings = random.between(1, 4);
  const length = span / firings;
  const events: AlertEvent[] = [];
  let status: AlertStatus = 'firing';
  for (let k = 0; k < firings; k++) {
    const startsAt = Math.floor(start + k * length + random.next() * length * 0.4);
    const last = k === firings - 1;
    const ends = !last || random.next() < 0.6;
    const endsAt = Math.floor(startsAt + 1 + random.next() * length * 0.4);
    const base = {
      fingerprint,
      tier: random.pick(['one', 'two']),
      startsAt,
      labels: { alertname: 'A', service: `s${n % 3}` },
    };
    const until = ends ? endsAt : startsAt + length * 0.4;
    for (let time = startsAt; time < until; time += Math.max(1, Math.floor(length * 0.15))) {
      const severity = random.pick(severities);
      events.push(sent({ ...base, id: `${n}-${k}-f-${time}`, time, receivedAt: time, severity }));
    }
    if (ends) {
      const end = { ...base, status: 'resolved', endsAt, time: endsAt, receivedAt: endsAt } as const;
      events.push(sent({ ...end, id: `${n}-${k}-r`, severity: 'critical' }));
    }
    status = ends ? 'resolved' : 'firing';
  }
  const sendings = events.flatMap((event) => {
    const isLate = random.next() < (event.status === 'resolved' ? 0.4 : 0.2);
    const most = isLate ? random.pick([60_000, 1_800_000]) : 500;
    const late = (): number => event.time + random.between(0, most);
    const times = random.next() < 0.15 ? 2 : 1;
    return Array.from({ length: times }, () => ({ at: late(), event }));
  });
  return { fingerprint, status, sendings };
};

/** A series that is over and back again within seconds, time after time: its ticket is told one thing after the other. */
export const flapping = (random: Random, n: number, start: number): History => {
  const fingerprint = fingerprintOf(n);
  const base = {
    ...{ fingerprint, tier: 'one', severity: 'critical' as const },
    labels: { alertname: 'Flapping', service: `s${n % 3}` },
  };
  const sendings: History['sendings'][number][] = [];
  let time = start;
  for (let k = random.between(4, 9); k > 0; k--) {
    const startsAt = time;
    const endsAt = startsAt + random.between(2_000, 60_000);
    const fires = { ...base, startsAt, time: startsAt, receivedAt: startsAt };
    sendings.push({ at: startsAt, event: sent({ ...fires, id: `${n}-${k}-f` }) });
    const over = { ...fires, status: 'resolved', endsAt, time: endsAt, receivedAt: endsAt } as const;
    sendings.push({ at: endsAt, event: sent({ ...over, id: `${n}-${k}-r` }) });
    time = endsAt + random.between(2_000, 60_000);
  }
  return { fingerprint, status: 'resolved', sendings };
};

/** A storm: many series that fire within seconds, of which most are over before their turn comes. */
export const storm = (random: Random, from: number, count: number, start: number): readonly History[] =>
  Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const fingerprint = fingerprintOf(n);
    const startsAt = start + random.between(0, 5_000);
    const labels = { alertname: 'Storm', service: 's0' };
    const base = { fingerprint, startsAt, tier: random.pick(['one', 'two']), labels };
    const severity = random.pick(severities);
    const firing = sent({ ...base, id: `${n}-f`, time: startsAt, receivedAt: startsAt, severity });
    const sendings = [{ at: startsAt, event: firing }];
    const over = random.next() < 0.7;
    const endsAt = startsAt + random.between(500, 60_000);
    if (over) {
      const end = {
        ...base,
        id: `${n}-r`,
        status: 'resolved',
        endsAt,
        time: endsAt,
        receivedAt: endsAt,
      } as const;
      sendings.push({ at: endsAt, event: sent({ ...end, severity }) });
    }
    const again = endsAt + random.between(500, 60_000);
    const refires = over && random.next() < 0.3;
    if (refires) {
      const second = { ...base, id: `${n}-g`, startsAt: again, time: again, receivedAt: again, severity };
      sendings.push({ at: again, event: sent(second) });
    }
    return { fingerprint, status: over && !refires ? 'resolved' : 'firing', sendings };
  });

/** Few series of one service that begin within a moment, and of which nothing more is heard: as one webhook after another. */
export const burst = (random: Random, from: number, service: string, start: number): readonly History[] =>
  Array.from({ length: random.between(2, 4) }, (_, i) => {
    const fingerprint = fingerprintOf(from + i);
    const startsAt = start + random.between(0, 25);
    const labels = { alertname: 'Burst', service };
    const severity = random.pick(severities);
    const event = sent({
      ...{ fingerprint, startsAt, labels, severity, tier: 'one' },
      ...{ id: `${from + i}-f`, time: startsAt, receivedAt: startsAt },
    });
    return { fingerprint, status: 'firing', sendings: [{ at: startsAt, event }] };
  });

/** What a consumer is handed at once, and when. */
export interface Chunk {
  readonly at: number;
  readonly events: readonly AlertEvent[];
}

export interface Partitioned {
  readonly histories: readonly History[];
  readonly chunks: readonly Chunk[];
}

const mostInChunk = 8;

/**
 * The histories as they lie in two partitions of a topic, which may be made anew at `remade`: many of those that are sent
 * once have their place as their id.
 */
export const partitioned = (
  random: Random,
  histories: readonly History[],
  remade: number | undefined,
): Partitioned => {
  const sendings = histories.flatMap((history, n) =>
    history.sendings.map(({ at, event }) => ({ at, event, history, partition: n % 2 })),
  );
  const times = new Map<string, number>();
  for (const { event } of sendings) times.set(event.id, (times.get(event.id) ?? 0) + 1);
  const ends = new Map<string, number>();
  const open = new Map<
    string,
    { readonly at: number; readonly until: number; readonly events: AlertEvent[] }
  >();
  const chunks: { at: number; readonly events: AlertEvent[] }[] = [];
  const sent = new Map<History, { at: number; event: AlertEvent }[]>();
  for (const { at, event, history, partition } of sendings.sort((a, b) => a.at - b.at)) {
    const life = remade !== undefined && at >= remade ? 'second' : 'first';
    const stream = `alerts.${partition}`;
    const offset = ends.get(`${stream}-${life}`) ?? 0;
    ends.set(`${stream}-${life}`, offset + 1);
    const named = times.get(event.id) !== 1 || random.next() < 0.3;
    const id = named ? event.id : `k.${stream}.${offset}-${life}.0`;
    const position = {
      via: 'kafka',
      topic: 'alerts',
      partition,
      offset: String(offset),
      life,
      index: 0,
    } as const;
    const lying: AlertEvent = { ...event, id, position };
    sent.set(history, [...(sent.get(history) ?? []), { at, event: lying }]);
    const last = open.get(`${stream}-${life}`);
    if (last && at <= last.until && last.events.length < mostInChunk) {
      last.events.push(lying);
      continue;
    }
    const chunk = { at, until: at + random.pick([0, 2_000, 30_000]), events: [lying] };
    open.set(`${stream}-${life}`, chunk);
    chunks.push(chunk);
  }
  return {
    histories: histories.map((history) => ({ ...history, sendings: sent.get(history) ?? [] })),
    chunks: chunks.map(({ events, at }) => ({ events, at })),
  };
};
