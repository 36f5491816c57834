import { z } from 'zod';
import { isObject } from '../../core/json.ts';
import type { HandoverSchedule } from '../../core/time/handover-times.ts';
import type { QuietHours } from '../../core/time/quiet-hours.ts';
import { isZone } from '../../core/time/zoned.ts';
import { channel, duration, httpUrl, name, type ResolveSecret, secretField, section } from './fields.ts';

const id = /^[UWS][A-Z0-9]{2,}$/;

/**
 * Whom to mention, and when, while nobody reacts.
 *
 * @param since what the steps are counted from, as a sentence begins
 * @param words what may stand in place of the Slack id of a person or user group
 */
export const notifySteps = (since: string, words: readonly string[]) => {
  const mention = z.string().refine((text) => id.test(text) || words.includes(text), {
    error: `must be the id of a person (U0123ABCD) or user group (S0123ABCD), or ${words.join(' or ')}`,
  });
  return z
    .array(
      section({
        after: duration(since, {
          min: '0s',
          max: '30d',
          why: 'by then somebody should have been told',
        }),
        mention: z
          .array(mention)
          .min(1)
          .max(10)
          .describe('Slack ids of people and user groups, or one of the words'),
      }),
    )
    .max(10)
    .refine((steps) => steps.every(({ after }, i) => i === 0 || after > (steps[i - 1]?.after ?? 0)), {
      error: 'each step must come later than the one before it',
      // Also where a mention is wrong.
      when: ({ value }) =>
        Array.isArray(value) && value.every((step) => isObject(step) && typeof step['after'] === 'number'),
    });
};

/** What a rebuild can ask of anybody; an approval and a guardian are nobody's page. A contract test holds it to the type. */
export const questionCodes = [
  'ticket',
  'too_few_farmers',
  'synchronizer_not_ready',
  'readiness_trap',
  'history_stalled',
  'rebuild_stalled',
  'rebuild_failed',
  'synchronizer_lost',
  'write_failed',
  'teardown_stuck',
  'frontend_not_back',
  'effect_failed',
] as const;

const only = 'must have exactly one of pagerduty, opsgenie and webhook';

/** Whoever pages people elsewhere. */
export const pagersSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);
  const pager = section({
    name: name.describe('Name of the pager, as actions name it'),
    pagerduty: section({
      routing_key: secret('Integration key of a service (Events API v2)'),
      url: httpUrl('Another region, or a relay').default('https://events.pagerduty.com'),
    })
      .optional()
      .describe('PagerDuty, by its Events API v2'),
    opsgenie: section({
      api_key: secret('Key of an API integration'),
      url: httpUrl('Another region, such as `https://api.eu.opsgenie.com`').default(
        'https://api.opsgenie.com',
      ),
    })
      .optional()
      .describe('Opsgenie, by its alert API'),
    webhook: section({
      url: httpUrl('Where it is posted to, as JSON'),
      secret: secret('Signs each call: the header `x-farmhand-signature`'),
    })
      .optional()
      .describe('Anything else: docs/notify.md has the body'),
    timeout: duration('A call that takes longer counts as failed', {
      min: '1s',
      max: '60s',
      why: 'the claim of an action counts as lost after 90 s',
    }).prefault('10s'),
  }).refine(
    ({ pagerduty, opsgenie, webhook }) => [pagerduty, opsgenie, webhook].filter(Boolean).length === 1,
    { error: only, when: ({ value }) => isObject(value) },
  );
  return z.array(pager).default([]);
};

const dayTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of the day such as 22:00' });

const msOf = (text: string): number => {
  const [hours = '', minutes = ''] = text.split(':');
  return (Number(hours) * 60 + Number(minutes)) * 60_000;
};

const zoneName = z
  .string()
  .refine(isZone, { error: 'must be a time zone of the tz database, such as America/New_York or UTC' });

/** Hours in which people are left alone. */
export const quietHours = z
  .array(
    section({
      name: name.describe('As routes name it, and messages say it'),
      from: dayTime.describe('Begins every day at this time'),
      until: dayTime.describe('Ends at this time, perhaps of the next day'),
      zone: zoneName.describe('Time zone, such as `America/New_York`: a change of its clocks is followed'),
      hold_critical: z
        .boolean()
        .default(false)
        .describe('What is critical is held as well; else people are mentioned for it at all hours'),
    })
      .refine(({ from, until }) => from !== until, {
        error:
          'begins and ends at the same time, which would be all day; write another end, or leave the mentions out',
        path: ['until'],
        when: ({ value }) => isObject(value) && typeof value['from'] === 'string',
      })
      .transform(
        ({ from, until, hold_critical, ...hours }): QuietHours => ({
          ...hours,
          from: msOf(from),
          until: msOf(until),
          ...(hold_critical && { critical: true }),
        }),
      ),
  )
  .default([])
  .describe(
    'When nobody is mentioned or reminded on routes that name it, or of the questions of rebuilds (`rebuilds.quiet`); what is due then is said in one go when it ends',
  );

const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `mon`, or `fri-mon`: the days from one to the other. */
const daysOf = (text: string): readonly number[] | undefined => {
  const [from = '', to = from, ...rest] = text.toLowerCase().split('-');
  const [first, last] = [week.indexOf(from.trim()), week.indexOf(to.trim())];
  if (rest.length > 0 || first < 0 || last < 0) return undefined;
  const count = ((last - first + 7) % 7) + 1;
  return Array.from({ length: count }, (_, i) => (first + i) % 7);
};

const days = z.string().refine((text) => daysOf(text) !== undefined, {
  error: 'must be a day such as mon, or days such as mon-fri: mon, tue, wed, thu, fri, sat, sun',
});

/** When the handover of those on call is posted by itself. */
export const handoverSchema = z
  .array(
    section({
      name: name.describe('Name of the handover; another name is another schedule'),
      at: dayTime.describe('Time of the day, as clocks in `zone` show it'),
      days: z
        .array(days)
        .min(1, { error: 'names no day; leave it out for every day' })
        .default(['mon-sun'])
        .describe('Days of the week, such as `[mon-fri]` or `[mon, wed-fri]`'),
      zone: zoneName.describe('Time zone, such as `Europe/Berlin`: a change of its clocks is followed'),
      channel: channel.describe('Where it is posted; everybody there sees it'),
      late: duration('So long after its time it is still posted, where farmhand or Slack was away', {
        min: '1m',
        max: '12h',
        why: 'longer and it would say how things are long after the shift began',
      }).prefault('1h'),
      rebuilds: z.boolean().default(true).describe('Rebuilds in flight are told, whoever is in the channel'),
    }).transform(
      ({ at, days: texts, ...rest }): HandoverSchedule => ({
        ...rest,
        at: msOf(at),
        days: [...new Set(texts.flatMap((text) => daysOf(text) ?? []))].toSorted((a, b) => a - b),
      }),
    ),
  )
  .default([])
  .describe('When `/alerts handover` is posted by itself to a channel, once each time');
