import { expect, test } from 'vitest';
import { heldWords } from '../../../../src/rebuild/messages/commands/lost.ts';
import {
  type ServiceDenial,
  serviceDenialWords,
} from '../../../../src/rebuild/messages/commands/service-denials.ts';

const id = 'system6-20261120-1';
const instance = 'system6';
const lost = { id, instance, channel: 'C0DCR', ts: '1.2', since: 5, is: 'gone' } as const;
const why = 'farmhand has lost its records and recovers.';

const cases: {
  readonly [Code in ServiceDenial['code']]: readonly [
    Extract<ServiceDenial, { readonly code: Code }>,
    readonly string[],
  ];
} = {
  frozen: [
    {
      code: 'frozen',
      frozen: { names: ['audit'], until: Date.UTC(2026, 11, 1), zone: 'UTC' },
      instance,
      breakers: [],
    },
    [
      'Not started: the freeze window “audit” holds until Tue 1 Dec 2026, 00:00 UTC.',
      'Nothing was started. Start it when the window is over; a plan can be made at any time.',
      'Nobody may break the glass: no role has the verb break_glass (access in farmhand.yml).',
    ],
  ],
  no_role: [{ code: 'no_role', why: 'You may not.' }, ['You may not.', 'Nothing was changed.']],
  rebuild_lost: [
    { code: 'rebuild_lost', lost, nothing: 'started' },
    [heldWords(lost), 'Nothing was started.'],
  ],
  records_lost: [{ code: 'records_lost', why }, [why, 'Nothing was started. Try again.']],
  recovering: [
    { code: 'recovering', why, nothing: 'changed' },
    [
      why,
      'Nothing was changed. Try again when the message about it in the alert channel says that it is over.',
    ],
  ],
  unknown_plan: [
    { code: 'unknown_plan' },
    ['This plan is no longer known, so nothing was started. Make a new one with /dcr start.'],
  ],
  plan_expired: [
    { code: 'plan_expired' },
    ['The plan is older than 15 minutes, so nothing was started. This is the current plan.'],
  ],
  plan_changed: [
    { code: 'plan_changed', changes: [{ code: 'minimum', was: 2, is: 3 }] },
    [
      'The world has changed since this plan was made, so nothing was started. This is the current plan.',
      'At least: 2 before, 3 now.',
    ],
  ],
  instance_busy: [
    { code: 'instance_busy', instance, id },
    ['system6 has a rebuild in flight by now: system6-20261120-1. Nothing was started.'],
  ],
  in_flight_limit: [
    { code: 'in_flight_limit', inFlight: [id, 'system7-20261120-2'] },
    [
      'By now 2 rebuilds are in flight (system6-20261120-1, system7-20261120-2), which is the limit (rebuilds.in_flight in farmhand.yml). Nothing was started.',
    ],
  ],
  tier_limit: [
    { code: 'tier_limit', inFlight: ['alpha-1-20261120-1'], tier: { tier: 'alpha', limit: 1 } },
    [
      'By now 1 rebuild is in flight (alpha-1-20261120-1) in the tier alpha, and it may have 1 at once. Nothing was started. See /dcr list, and start this one when another has ended.',
    ],
  ],
  environment_limit: [
    { code: 'environment_limit', inFlight: [id], within: { environment: 'gov', limit: 1 } },
    [
      'By now 1 rebuild is in flight (system6-20261120-1) in the environment gov, and policy allows 1 at once. Nothing was started. See /dcr list, and start this one when another has ended.',
    ],
  ],
  unknown_rebuild: [
    { code: 'unknown_rebuild', id },
    ['There is no rebuild system6-20261120-1 on record. Nothing was changed.'],
  ],
  rebuild_gone: [
    { code: 'rebuild_gone', id },
    ['There is no rebuild system6-20261120-1 on record any more.'],
  ],
  adoption_expired: [
    { code: 'adoption_expired' },
    ['This plan is older than 15 minutes, so nothing was adopted. This is how it is now.'],
  ],
  adoption_changed: [
    { code: 'adoption_changed' },
    ['What is there has changed since this plan was made, so nothing was adopted. This is how it is now.'],
  ],
  adoption_busy: [
    { code: 'adoption_busy', instance, id },
    ['system6 has another rebuild in flight by now: system6-20261120-1. Nothing was changed.'],
  ],
  lost_decided: [
    { code: 'lost_decided', id },
    ['Somebody has just decided on system6-20261120-1. Nothing was changed. Look again.'],
  ],
  lost_given_up: [
    { code: 'lost_given_up', id, instance },
    [
      'Somebody has said that system6-20261120-1 is over. Nothing was changed. /dcr start system6 plans a new one.',
    ],
  ],
  none_lost: [
    { code: 'none_lost', target: instance },
    ['No rebuild of system6 is lost. Nothing was changed.'],
  ],
  card_unmarked: [
    { code: 'card_unmarked' },
    ['Its card in Slack could not be marked just now. Nothing was changed. Try again in a minute.'],
  ],
};

test.each(Object.values(cases))('$0.code', (denial, says) => {
  expect(serviceDenialWords(denial)).toEqual(says);
});
