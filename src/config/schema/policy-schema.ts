import { z } from 'zod';
import { parseWallTime } from '../../core/time/wall-words.ts';
import { isZone } from '../../core/time/zoned.ts';
import { channel, duration, environments, instancePattern, name, section } from './fields.ts';

const share = (what: string) => z.number().min(0.01).max(1).describe(`${what}; a share: 0.5 is one half`);

const wall = (what: string) =>
  z
    .string()
    .superRefine((text, ctx) => {
      if (parseWallTime(text) === undefined) {
        const message =
          'must be a day of the week and a time (fri 18:00), or a date and a time (2026-12-24 18:00)';
        ctx.addIssue({ code: 'custom', message });
      }
    })
    .describe(
      `${what}, as the clocks of the zone show it: \`fri 18:00\` every week, or \`2026-12-24 18:00\` once`,
    );

const freezeWindow = section({
  name: z.string().min(1).max(80).describe('Name, as refusals say it'),
  zone: z
    .string()
    .refine(isZone, { error: 'must be a time zone of the tz database, such as America/New_York or UTC' })
    .describe('Time zone, such as `America/New_York`: a change of its clocks is followed'),
  from: wall('It begins with this second'),
  to: wall('It ends right before this second'),
}).transform(({ name: called, zone, from, to }, ctx) => {
  const [begins, ends] = [parseWallTime(from), parseWallTime(to)];
  if (!begins || !ends) return z.NEVER;
  if (begins.every !== ends.every) {
    ctx.addIssue({
      code: 'custom',
      path: ['to'],
      message: 'must be of the kind of from: both a day of the week, or both a date',
    });
    return z.NEVER;
  }
  if (begins.at === ends.at || (begins.every === 'once' && ends.at < begins.at)) {
    ctx.addIssue({ code: 'custom', path: ['to'], message: 'must be later than from' });
    return z.NEVER;
  }
  return { name: called, zone, every: begins.every, from: begins.at, to: ends.at };
});

const twoPeople = z.enum(['start', 'override', 'raise', 'lower']);
const typed = z.enum(['cancel', 'force', 'skip_step', 'drop_guardian']);

const rule = section({
  name: name.describe('Name of the rule, as refusals say it'),
  environments: environments.describe('For which environments'),
  instances: z.array(instancePattern).min(1).default(['*']).describe('For which instances'),
  approvers_channel: channel
    .optional()
    .describe(
      'Channel that is told what waits for an approval, and which broken glass for its review, with buttons; those who may approve get a direct message besides',
    ),
  two_people: z
    .array(twoPeople)
    .default([])
    .describe(
      'What another person must approve: start, override, raise (more farmers), lower (fewer by more than lower_share)',
    ),
  lower_share: share('Fewer farmers by more than this need another person, with `lower`').default(0.5),
  freeze: z
    .array(freezeWindow)
    .default([])
    .describe('When nothing is started, scaled, overridden or resumed'),
  limits: section({
    farmers: z.int().min(1).max(10_000).optional().describe('Farmers of a rebuild, at the most'),
    change: share('How much of the present number of farmers one order may change').optional(),
    in_flight: z.int().min(1).max(1_000).optional().describe('Rebuilds in flight in one environment'),
  })
    .prefault({})
    .describe('How much may be changed at one time'),
  typed_name: z
    .array(typed)
    .default([])
    .describe(
      'What asks for the name of the instance to be typed: cancel (with farmers up), force, skip_step, drop_guardian',
    ),
  break_glass: section({
    lasts: duration('How long a broken glass lasts; without it 30 minutes', {
      min: '1m',
      max: '12h',
      why: 'it is an exception, and must be long enough to be of use',
    }).optional(),
    review_within: duration(
      'What nobody has reviewed this long after the glass closed is said again, then every day; without it 24 hours',
      { min: '1m', max: '14d', why: 'what nobody is reminded of is forgotten' },
    ).optional(),
  })
    .prefault({})
    .describe('Break-glass: what is not barred by approvals, freezes and limits, for a while'),
});

/** What is asked of rebuilds beside roles: two people, freeze windows, limits. */
export const policySchema = z.array(rule);
