import { expect, test } from 'vitest';
import { createTriggers } from '../../../sandbox/slack/gateway/triggers.ts';

test('a trigger is good once, and for three seconds', () => {
  const triggers = createTriggers(3000);
  triggers.issued('t1', 0);
  triggers.issued('t2', 0);
  expect(triggers.use('t1', 3000)).toBeUndefined();
  expect(triggers.use('t1', 3000)).toBe('exchanged_trigger_id');
  expect(triggers.use('t2', 3001)).toBe('expired_trigger_id');
  expect(triggers.use('t3', 0)).toBe('invalid_trigger_id');
});
