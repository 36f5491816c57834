import { expect, test } from 'vitest';
import { changeRuleFor, ticketPolicyFor } from '../../../src/rebuild/ticket/ticket-rules.ts';

const rule = (number: number) => ({ required: true, pattern: `^CHG${number}$` });
const rules = {
  change_request: rule(0),
  rules: [
    { instances: ['systemgov*'], tenants: ['*'], change_request: rule(1) },
    { instances: ['*'], tenants: ['105858'], change_request: rule(2) },
    { instances: ['*'], tenants: ['2*'] },
    { instances: ['*'], tenants: ['*'], environments: ['gov'], change_request: rule(3) },
    { instances: ['*'], tenants: ['*'], environments: ['commercial'], change_request: rule(4) },
  ],
};

test.each([
  ['the first rule that fits counts', { name: 'systemgov1', tenant: '105858' }, rule(1)],
  ['a rule may be for a tenant', { name: 'system6', tenant: '105858' }, rule(2)],
  ['what a rule does not say is as for all', { name: 'system6', tenant: '22' }, rule(0)],
  ['a rule may be for an environment', { name: 'system6', tenant: '1', environment: 'gov' }, rule(3)],
  ['what says none is commercial', { name: 'system6', tenant: '1' }, rule(4)],
  ['where no rule fits it is as for all', { name: 'system6', tenant: '1', environment: 'test' }, rule(0)],
])('%s', (_, instance, change_request) => {
  expect(changeRuleFor(rules, instance)).toEqual(change_request);
});

test('without a word in the config a ticket is told of, and not moved', () => {
  expect(changeRuleFor({}, { name: 'system6', tenant: '1' })).toBeUndefined();
  expect(ticketPolicyFor({}, { name: 'system6', tenant: '1' })).toEqual({
    moves: {},
    closed: 'tell',
    deleted: 'tell',
    moved: 'leave',
    unreachable: 'queue',
    lookEvery: 60_000,
  });
});

test('a rule adds to what is said of all, and overrides it', () => {
  const to = (name: string) => ({ to: name, fields: {} });
  const all = {
    transitions: { running: to('In Progress'), succeeded: to('Done') },
    ticket_closed: 'tell',
    look_every: 5_000,
    rules: [
      {
        instances: ['systemgov*'],
        tenants: ['*'],
        transitions: { succeeded: to('Implemented') },
        ticket_closed: 'hold',
        ticket_deleted: 'raise_again',
        ticket_moved: 'follow',
        unreachable: 'hold',
      },
    ],
  } as const;
  expect(ticketPolicyFor(all, { name: 'systemgov1', tenant: '1' })).toEqual({
    moves: { running: to('In Progress'), succeeded: to('Implemented') },
    closed: 'hold',
    deleted: 'raise_again',
    moved: 'follow',
    unreachable: 'hold',
    lookEvery: 5_000,
  });
});
