import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIntakeQuota, type IntakeQuota } from '../../src/intake/quota.ts';

const world = (limits: Readonly<Record<string, number>>) => {
  const clock = { now: 0 };
  const quota = createIntakeQuota(
    (tier) => limits[tier],
    () => clock.now,
  );
  return { clock, quota };
};

test('a tier without a limit never waits', () => {
  const { quota } = world({});
  quota.charge('alpha', 1_000_000);
  expect(quota.waitMs('alpha')).toBe(0);
});

test('ten seconds’ worth may come at once; what is over is paid before the next', () => {
  const { clock, quota } = world({ alpha: 10 });
  quota.charge('alpha', 100);
  expect(quota.waitMs('alpha')).toBe(100);
  clock.now = 100;
  expect(quota.waitMs('alpha')).toBe(0);
  // One body of ten thousand: it is taken, and the next waits for as long as they are worth.
  quota.charge('alpha', 10_000);
  expect(quota.waitMs('alpha')).toBe(1_000_000);
});

test('one tier’s quota is not another’s, and a clock set back changes nothing', () => {
  const { clock, quota } = world({ alpha: 1, beta: 1 });
  clock.now = 5_000;
  quota.charge('alpha', 20);
  clock.now = 0;
  expect([quota.waitMs('alpha') > 0, quota.waitMs('beta')]).toEqual([true, 0]);
});

test('over any time no more is taken in than the limit, the burst and one last body', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 50 })), {
        maxLength: 200,
      }),
      (steps) => {
        const { clock, quota } = world({ alpha: 5 });
        let taken = 0;
        for (const [pause, events] of steps) {
          clock.now += pause;
          if (quota.waitMs('alpha') > 0) continue;
          quota.charge('alpha', events);
          taken += events;
        }
        expect(taken).toBeLessThanOrEqual(50 + (clock.now / 1_000) * 5 + 50);
      },
    ),
  );
});

test('who waits as long as was said is taken in then', () => {
  const { clock, quota } = world({ alpha: 0.5 });
  quota.charge('alpha', 7);
  const wait = quota.waitMs('alpha');
  clock.now += wait;
  expect(quota.waitMs('alpha')).toBe(0);
});

test('several processes that hear of each other take in what one may, and too much of it once', () => {
  const perSecond = 10;
  const round = 250;
  const step = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 8 }));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 400 }), (steps) => {
      const clock = { now: 0 };
      const processes = [0, 1, 2].map(() =>
        createIntakeQuota(
          () => perSecond,
          () => clock.now,
        ),
      );
      // As the script has it.
      let paid = 0;
      const share = (quota: IntakeQuota) => {
        for (const { tier, ms } of quota.untold()) {
          paid = Math.max(paid, clock.now) + ms;
          quota.told(tier, paid - clock.now);
        }
      };
      let taken = 0;
      for (const [i, [who, events]] of steps.entries()) {
        clock.now += 50;
        const quota = processes[who];
        if (quota?.waitMs('alpha') === 0) {
          quota.charge('alpha', events);
          taken += events;
        }
        if (i % (round / 50) === 0) for (const one of processes) share(one);
      }
      // What may come at once, what is due since, and of each process one round's worth of its bodies.
      const unheard = processes.length * (round / 50) * 8;
      expect(taken).toBeLessThanOrEqual(10 * perSecond + (clock.now / 1_000) * perSecond + unheard);
    }),
  );
});
