import { expect, test } from 'vitest';
import { ticketKeysFor } from '../../../src/rebuild/ticket/ticket-rules.ts';

const rule = (number: number) => ({ required: true, pattern: `^CHG${number}$` });
const rules = {
  change_request: rule(0),
  rules: [
    { instances: ['systemgov*'], tenants: ['*'], change_request: rule(1) },
    { instances: ['*'], tenants: ['105858'], change_request: rule(2) },
    { instances: ['*'], tenants: ['2*'] },
  ],
};

test.each([
  ['the first rule that fits counts', { name: 'systemgov1', tenant: '105858' }, rule(1)],
  ['a rule may be for a tenant', { name: 'system6', tenant: '105858' }, rule(2)],
  ['what a rule does not say is as for all', { name: 'system6', tenant: '22' }, rule(0)],
  ['where no rule fits it is as for all', { name: 'system6', tenant: '1' }, rule(0)],
])('%s', (_, instance, change_request) => {
  expect(ticketKeysFor(rules, instance)).toEqual({ change_request });
});

test('nothing is demanded where nothing is said', () => {
  expect(ticketKeysFor({}, { name: 'system6', tenant: '1' })).toEqual({ change_request: undefined });
});
