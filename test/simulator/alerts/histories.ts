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
