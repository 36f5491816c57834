import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomFrom } from '../../../sandbox/generator/random.ts';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertEvent, EventType } from '../../../src/alerts/model/event.ts';
import { aRoute } from '../../builders/alert.ts';
import { anEvent, hours, minutes, t0 } from '../../builders/event.ts';
import { history } from '../../simulator/alerts/histories.ts';

const policy = { refireWindow: minutes(30), staleGrace: minutes(5) };

/** The live alert after these events, in this order. */
const after = (events: readonly AlertEvent[]): Alert | undefined =>
  events.reduce<Alert | undefined>(
    (alert, event) => evolve(alert, event, () => aRoute(), policy).alert,
    undefined,
  );

const seed = fc.integer({ min: 1 });

/** A copy of `events` in an order of its own, some of them twice. */
const disordered = (events: readonly AlertEvent[], by: number): readonly AlertEvent[] => {
  const random = randomFrom(by);
  return [...events, ...events.filter(() => random.next() < 0.3)]
    .map((event) => ({ event, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
};

test('an older event never overwrites a newer one: in any order, with copies, a series ends as it really did', () => {
  fc.assert(
    fc.property(seed, seed, (which, order) => {
      const { status, sendings } = history(randomFrom(which), 1, t0, hours(6));
      const events = sendings.map(({ event }) => event);
      expect(after(disordered(events, order))?.status).toBe(status);
    }),
    { numRuns: 500 },
  );
});

test.each<EventType>(['adhoc', 'dcr'])(
  'the same for %s events, which know no start but their own time',
  (type) => {
    const steps = fc.array(fc.constantFrom('firing', 'resolved'), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(steps, seed, (statuses, order) => {
        const events = statuses.map((status, i) => {
          const time = t0 + minutes(i);
          const end = status === 'resolved' ? { endsAt: time } : {};
          return anEvent({ id: String(i), type, status, time, startsAt: time, receivedAt: time, ...end });
        });
        expect(after(disordered(events, order))?.status).toBe(statuses.at(-1));
      }),
      { numRuns: 500 },
    );
  },
);

test('what a firing alert shows is what its newest event said, whatever came later', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), seed, (count, order) => {
      const events = Array.from({ length: count }, (_, i) =>
        anEvent({
          id: String(i),
          time: t0 + minutes(i),
          // Every other one says the same as the first.
          summary: i % 2 === 0 ? 'as ever' : `news ${i}`,
        }),
      );
      const alert = after(disordered(events, order));
      expect(alert?.summary).toBe(events.at(-1)?.summary);
      expect(alert?.eventTime).toBe(events.at(-1)?.time);
    }),
    { numRuns: 300 },
  );
});
