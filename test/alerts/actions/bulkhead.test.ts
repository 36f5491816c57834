import { expect, test } from 'vitest';
import { createBulkhead } from '../../../src/alerts/actions/bulkhead.ts';

test('a system that hangs fills its own places, and nobody else’s', () => {
  const gate = createBulkhead({ ticket: 2, ticket_news: 1, api_task: 1, silence: 1, rebuild: 1, pager: 1 });
  expect([gate.enter('ticket'), gate.enter('ticket'), gate.enter('ticket')]).toEqual([true, true, false]);
  expect(gate.enter('silence')).toBe(true);
  gate.leave('ticket');
  expect([gate.enter('ticket'), gate.enter('ticket')]).toEqual([true, false]);
});
