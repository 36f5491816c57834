import { expect, test } from 'vitest';
import { patiently } from '../../../src/app/shared/patiently.ts';
import type { SlackResult } from '../../../src/delivery/slack-result.ts';

const wait = { ok: false, kind: 'rate_limited', retryAfterMs: 5 } as const;
const refused = { ok: false, kind: 'refused', error: 'not_in_channel' } as const;

test.each<[string, readonly SlackResult<number>[], SlackResult<number>, number]>([
  ['waits as often as it is asked to', [wait, wait, { ok: true, value: 1 }], { ok: true, value: 1 }, 3],
  ['takes any other answer at once', [refused], refused, 1],
  ['says that it was asked to wait when its patience is over', [wait, wait, wait, wait], wait, 4],
])('%s', async (_, answers, wanted, times) => {
  let asked = 0;
  const answer = await patiently(async () => answers[asked++] ?? refused, 15);
  expect([answer, asked]).toEqual([wanted, times]);
});
