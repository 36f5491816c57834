import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Controls,
  controlsFor,
  noControls,
  type PolicyRule,
  stricter,
  twoPeopleVerbs,
  typedVerbs,
} from '../../../../src/rebuild/model/rules/rules.ts';
import { frozenAt } from '../../../../src/rebuild/model/rules/windows.ts';

const aRule = (change: Partial<PolicyRule> = {}): PolicyRule => ({
  name: 'all',
  environments: ['*'],
  instances: ['*'],
  two_people: [],
  lower_share: 0.5,
  freeze: [],
  limits: {},
  typed_name: [],
  break_glass: {},
  ...change,
});

const day = 24 * 3_600_000;
const share = fc.integer({ min: 1, max: 10 }).map((n) => n / 10);
const anyRule: fc.Arbitrary<PolicyRule> = fc.record({
  name: fc.constantFrom('one', 'two', 'three'),
  environments: fc.constantFrom(['*'], ['gov'], ['commercial'], ['gov', 'commercial']),
  instances: fc.constantFrom(['*'], ['system*'], ['systemgov1'], ['other']),
  two_people: fc.subarray([...twoPeopleVerbs]),
  lower_share: share,
  freeze: fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b'),
      zone: fc.constantFrom('UTC', 'Europe/Berlin'),
      every: fc.constant('week' as const),
      from: fc.integer({ min: 0, max: 6 }).map((n) => n * day),
      to: fc.integer({ min: 0, max: 6 }).map((n) => n * day + day / 2),
    }),
    { maxLength: 2 },
  ),
  limits: fc.record({
    farmers: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
    change: fc.option(share, { nil: undefined }),
    in_flight: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  }),
  typed_name: fc.subarray([...typedVerbs]),
  break_glass: fc.record({ lasts: fc.option(fc.integer({ min: 60_000, max: day / 2 }), { nil: undefined }) }),
});

/** Everything that one forbids or asks for, the other does, too. */
const asStrict = (a: Controls, b: Controls, moments: readonly number[]): boolean =>
  b.twoPeople.every((verb) => a.twoPeople.includes(verb)) &&
  b.typedName.every((verb) => a.typedName.includes(verb)) &&
  (['farmers', 'change', 'inFlight'] as const).every(
    (key) => (a.limits[key]?.value ?? Infinity) <= (b.limits[key]?.value ?? Infinity),
  ) &&
  (a.lowerShare?.value ?? Infinity) <= (b.lowerShare?.value ?? Infinity) &&
  moments.every((at) => !frozenAt(b.freeze, at) || frozenAt(a.freeze, at) !== undefined);

describe('of all rules that match the stricter wins', () => {
  const moments = fc.array(fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }), {
    maxLength: 3,
  });

  test('whatever the rules are: none more makes anything laxer', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 5 }), anyRule, moments, (rules, one, at) => {
        const before = controlsFor(rules, 'systemgov1', 'gov');
        const after = controlsFor([...rules, one], 'systemgov1', 'gov');
        expect(asStrict(after, before, at)).toBe(true);
        const matches =
          one.environments.some((e) => e === '*' || e === 'gov') && !one.instances.includes('other');
        expect(matches ? asStrict(after, controlsFor([one], 'systemgov1', 'gov'), at) : true).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a broken glass lasts as long as the shortest time that a rule says, which may be longer than the usual one', () => {
    const lasting = (...lasts: (number | undefined)[]): number =>
      controlsFor(
        lasts.map((ms) => aRule({ break_glass: { lasts: ms } })),
        'systemgov1',
        'gov',
      ).glassMs;
    expect([lasting(), lasting(undefined)]).toEqual([1_800_000, 1_800_000]);
    expect(lasting(undefined, 2 * 3_600_000, undefined)).toBe(7_200_000);
    expect(lasting(2 * 3_600_000, undefined, 600_000)).toBe(600_000);
  });

  test('their order does not matter, and the same rule twice is that rule', () => {
    const plain = ({ lowerShare, limits, freeze, ...rest }: Controls) => ({
      ...rest,
      freeze: freeze.map((window) => JSON.stringify(window)).sort(),
      lowerShare: lowerShare?.value,
      limits: [limits.farmers?.value, limits.change?.value, limits.inFlight?.value],
    });
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 5 }), (rules) => {
        const all = plain(controlsFor(rules, 'systemgov1', 'gov'));
        expect(plain(controlsFor([...rules].reverse(), 'systemgov1', 'gov'))).toEqual(all);
        expect(plain(controlsFor([...rules, ...rules], 'systemgov1', 'gov'))).toEqual(all);
      }),
    );
  });

  test('none matches: nothing is asked', () => {
    const rules = [
      aRule({ environments: ['gov'], two_people: ['start'] }),
      aRule({ instances: ['systemgov*'] }),
    ];
    expect(controlsFor(rules, 'system6', 'commercial')).toEqual(noControls('commercial'));
  });

  test('the number that binds names its rule', () => {
    const rules = [
      aRule({ name: 'everywhere', limits: { farmers: 40, change: 0.5 } }),
      aRule({ name: 'gov', environments: ['gov'], limits: { farmers: 24 }, two_people: ['lower'] }),
    ];
    expect(controlsFor(rules, 'systemgov1', 'gov')).toEqual({
      ...noControls('gov'),
      twoPeople: ['lower'],
      lowerShare: { value: 0.5, rule: 'gov' },
      limits: { farmers: { value: 24, rule: 'gov' }, change: { value: 0.5, rule: 'everywhere' } },
    });
  });

  test('what was frozen into a plan stays, whatever the config says later', () => {
    const planned = controlsFor(
      [aRule({ two_people: ['start'], limits: { farmers: 10 } })],
      'system6',
      'gov',
    );
    expect(stricter(planned, noControls('gov'))).toEqual(planned);
  });
});
