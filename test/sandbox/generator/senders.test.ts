import { expect, test } from 'vitest';
import { kafkaSender } from '../../../sandbox/generator/senders.ts';
import type { Sending } from '../../../sandbox/generator/sendings.ts';

test('a tier with a topic goes to it; the others go to the common one, with the tier as header', async () => {
  const sent: unknown[] = [];
  const send = kafkaSender(async (topic, messages) => sent.push([topic, ...messages]), {
    byTier: { gold: 'alerts-gold' },
    other: 'alerts',
  });
  const sending = (tier: string): Sending => ({
    atMs: 0,
    shape: 'alertmanager',
    tier,
    key: 'k',
    contentType: 'application/json',
    body: '{}',
  });
  await send(sending('gold'));
  await send(sending('bronze'));
  const message = (tier: string) => ({
    value: '{}',
    key: 'k',
    headers: { 'content-type': 'application/json', tier },
  });
  expect(sent).toEqual([
    ['alerts-gold', message('gold')],
    ['alerts', message('bronze')],
  ]);
});
