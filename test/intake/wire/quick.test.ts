import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, withoutNulls } from '../../../src/core/json.ts';
import {
  AlertmanagerAlertSchema,
  AroundAlertsSchema,
  WrappingSchema,
} from '../../../src/intake/wire/envelope.ts';
import { quickAlert, quickAround, quickWrapping } from '../../../src/intake/wire/quick.ts';
import { isTime, msOf, quickMs } from '../../../src/intake/wire/rfc3339.ts';

const text = fc.oneof(fc.string(), fc.constantFrom('', '4', 'firing', 'x'.repeat(251), 'y'.repeat(1025)));
const mostlyRight = fc.oneof({ weight: 9, arbitrary: fc.string({ minLength: 1 }) }, text);
const other = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom<unknown>([], {}, ['a'], { a: 1 }, undefined),
);
const texts = fc.dictionary(
  fc.oneof({ weight: 20, arbitrary: fc.string() }, fc.constantFrom('__proto__', 'constructor')),
  text,
);
const count = fc.oneof(fc.nat(), fc.constantFrom(-1, -0, 0.5, 2 ** 53, Number.NaN));
const instant = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
const time = fc.oneof(instant, fc.constantFrom('2026-02-29T00:00:00Z', '2026-11-20 14:13:42Z', ''));

/** Right fields, one of them perhaps broken or gone, perhaps one that nobody knows. */
const bodies = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc
    .tuple(
      fc.record(fields, { requiredKeys: [] }),
      fc.record(fields),
      fc.boolean(),
      fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(fields), '__proto__'), fc.string()), other, {
        maxKeys: 2,
      }),
      fc.nat({ max: 3 }),
    )
    // As it comes from the parser: `__proto__` is a field like any other.
    .map(([some, all, whole, wrong, odd]) => asRead(whole ? all : some, odd === 0 ? wrong : {}));

const asRead = (...parts: readonly object[]): Readonly<Record<string, unknown>> => {
  const fields = Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
  const body = withoutNulls(JSON.parse(JSON.stringify(fields)));
  return isObject(body) ? body : {};
};

const alert = {
  status: fc.constantFrom('firing', 'resolved'),
  labels: texts,
  annotations: texts,
  startsAt: fc.oneof(time, other),
  endsAt: fc.oneof(time, other),
  generatorURL: text,
  fingerprint: text,
  externalURL: text,
  dashboardURL: text,
};
const around = {
  version: fc.constantFrom<unknown>('4', '1', 4, 1),
  externalURL: text,
  groupKey: text,
  truncatedAlerts: count,
  alerts: fc.array(other),
};
const wrapping = {
  farmhand: fc.constantFrom<unknown>(1, '1'),
  id: mostlyRight,
  source: mostlyRight,
  time: fc.oneof({ weight: 9, arbitrary: instant }, time),
  type: mostlyRight,
  tier: mostlyRight,
  data: fc.oneof(other, fc.constant({})),
};

/** What is not given is not there, whether the field is undefined or absent. */
const present = (value: object): unknown =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

const cases = [
  ['an alert', alert, quickAlert, AlertmanagerAlertSchema],
  ['what is around alerts', around, quickAround, AroundAlertsSchema],
  ['an envelope', wrapping, quickWrapping, WrappingSchema],
] as const;

describe('the quick look before the schema', () => {
  it.each(cases)('takes of %s only what the schema takes, and gives the same', (_, fields, quick, schema) => {
    let [taken, left] = [0, 0];
    fc.assert(
      fc.property(bodies(fields), (body) => {
        const value = quick(body);
        if (value === undefined) return void left++;
        taken++;
        const read = schema.safeParse(body);
        expect({ success: read.success, value: present(value) }).toStrictEqual({
          success: true,
          value: present(read.data ?? {}),
        });
      }),
      { numRuns: 6_000 },
    );
    expect(taken).toBeGreaterThan(200);
    expect(left).toBeGreaterThan(200);
  });

  it.each([quickAlert, quickAround])('leaves what is no object to the schema', (quick) => {
    for (const body of [null, undefined, 'text', 4, [], [{}]]) expect(quick(body)).toBeUndefined();
  });
});

describe('a time', () => {
  const digits = (length: number) =>
    fc.nat({ max: 10 ** length - 1 }).map((n) => String(n).padStart(length, '0'));
  const near = fc
    .tuple(
      fc.oneof(digits(4), fc.constantFrom('2024', '2026', '2000', '1900')),
      fc.oneof(digits(2), fc.constantFrom('02', '12')),
      fc.oneof(digits(2), fc.constantFrom('28', '29', '30', '31')),
      fc.oneof(digits(2), fc.constantFrom('00', '23', '24')),
      fc.oneof(digits(2), fc.constant('59')),
      fc.oneof(digits(2), fc.constantFrom('59', '60')),
      fc.oneof(
        fc.constant(''),
        fc.nat().map((n) => `.${n}`),
        fc.constantFrom('.', '.1234567891234', '.0x', ',5'),
      ),
      fc.constantFrom('Z', 'z', '+02:00', '', 'ZZ'),
      fc.constantFrom('T', 't', ' '),
    )
    .map(([y, m, d, h, min, s, fraction, zone, t]) => `${y}-${m}-${d}${t}${h}:${min}:${s}${fraction}${zone}`);

  it('that is read digit by digit is the one that Date reads', () => {
    fc.assert(
      fc.property(fc.oneof(near, time), (written) => {
        const ms = quickMs(written);
        if (ms === undefined) return;
        expect(written).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        expect(ms).toBe(Date.parse(written));
        expect(new Date(ms).toISOString().slice(0, 10)).toBe(written.slice(0, 10));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['2026-11-20T14:13:42Z', 1_795_184_022_000],
    ['2026-11-20T14:13:42.5Z', 1_795_184_022_500],
    ['2026-11-20T14:13:42.123456789Z', 1_795_184_022_123],
    ['2026-11-20t16:13:42.07+02:00', 1_795_184_022_070],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
  ])('%s is one', (written, ms) => expect(msOf(written)).toBe(ms));

  it.each([
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-11-20T14:13:60Z',
    '2026-11-20',
    '2026-11-20T14:13:42.Z',
  ])('%s is none', (written) => expect(isTime(written)).toBe(false));
});
