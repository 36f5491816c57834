import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cardContent } from '../../../src/rebuild/thread/card-content.ts';
import type { CardFault } from '../../fakes/rebuilds/cards.ts';
import { cardWorld, Killed } from './card-world.ts';

type Happening =
  | { readonly what: 'change'; readonly says: string }
  | { readonly what: 'note'; readonly by?: string }
  | { readonly what: 'pass' }
  | { readonly what: 'time'; readonly ms: number }
  /** The worker is killed at its n-th call to the store or to Slack. */
  | { readonly what: 'killed'; readonly at: number }
  | { readonly what: 'two_workers' }
  | { readonly what: 'fault'; readonly fault: CardFault }
  | { readonly what: 'late' };

const method = fc.constantFrom('postCard' as const, 'updateCard' as const, 'postNotes' as const);
const ambiguous = { ok: false, kind: 'ambiguous', error: 'socket hang up' } as const;
const fault: fc.Arbitrary<CardFault> = fc.oneof(
  fc.record({
    method: fc.oneof(method, fc.constant('find' as const)),
    when: fc.constant('before' as const),
    result: fc.constantFrom(
      ambiguous,
      { ok: false, kind: 'unavailable', error: 'connect ECONNREFUSED' } as const,
      { ok: false, kind: 'rate_limited', retryAfterMs: 3_000 } as const,
    ),
  }),
  fc.record({ method, when: fc.constant('after' as const), result: fc.constant(ambiguous) }),
  // A note that comes long after it was given up is said twice; a root or an update is put right.
  fc.record({
    method: fc.constantFrom('postCard' as const, 'updateCard' as const),
    when: fc.constant('late' as const),
    result: fc.constant(ambiguous),
  }),
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant('change' as const), says: fc.string({ maxLength: 3 }) }),
  fc.constant<Happening>({ what: 'note' }),
  fc.constant<Happening>({ what: 'note', by: 'U0ALICE' }),
  { arbitrary: fc.constant<Happening>({ what: 'pass' }), weight: 3 },
  fc.record({
    what: fc.constant('time' as const),
    ms: fc.oneof(
      fc.constantFrom(2_000, 10_000, 90_000, 900_000, 4_000_000),
      fc.integer({ min: 1, max: 100_000 }),
    ),
  }),
  fc.record({ what: fc.constant('killed' as const), at: fc.integer({ min: 1, max: 16 }) }),
  fc.constant<Happening>({ what: 'two_workers' }),
  fc.record({ what: fc.constant('fault' as const), fault }),
  fc.constant<Happening>({ what: 'late' }),
);

/** Longer than this no call that was given up is on its way, in this world; ms. */
const latest = 3_600_000;

/** Whatever befalls Slack and the workers: in the end there is one root that is up to date, and each note once. */
test('one root, and each note once and in order, after whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 30 }), async (happenings) => {
      const world = await cardWorld();
      const { cards, clock, hook, id } = world;
      const killAt = (n: number): void => {
        let left = n;
        hook.io = () => {
          left -= 1;
          if (left <= 0) throw new Killed();
        };
        cards.before = async () => hook.io();
        cards.after = async () => hook.io();
      };
      const alive = (): void => {
        hook.io = () => {};
        cards.before = async () => {};
        cards.after = async () => {};
      };
      let notes = 0;
      for (const it of happenings) {
        switch (it.what) {
          case 'change':
            await world.change((rebuild) => ({ ...rebuild, pausedMs: 0, stalledSince: it.says.length }));
            break;
          case 'note':
            notes += 1;
            await world.note(`note ${notes}`, it.by);
            break;
          case 'pass':
            await world.pass();
            break;
          case 'time':
            clock.now += it.ms;
            cards.deliverLate(latest);
            break;
          case 'killed':
            killAt(it.at);
            await world.pass().catch(() => {});
            alive();
            break;
          case 'two_workers':
            await Promise.all([world.pass(), world.pass()]);
            break;
          case 'fault':
            cards.faults.push({ ...it.fault });
            break;
          case 'late':
            cards.deliverLate();
            break;
          default:
            it satisfies never;
        }
      }
      cards.faults.length = 0;
      cards.deliverLate();
      await world.settle();
      const rebuild = await world.record();
      expect(cards.roots(id).map(({ ts, shows }) => [ts, shows])).toEqual([
        [rebuild.card.ts, cardContent(rebuild)],
      ]);
      expect(cards.notes(id)).toEqual(Array.from({ length: notes }, (_, i) => i + 1));
      expect(rebuild.card).toMatchObject({ state: 'open', notes: [] });
      expect(rebuild.card.posting).toBeUndefined();
      // What is shown is not shown over and over.
      expect(await world.pass()).toBeUndefined();
    }),
    { numRuns: 2_500 },
  );
});
