import { expect, test } from 'vitest';
import { contentHash, sha256 } from '../../src/core/hash.ts';
import { fingerprintOf, labelFingerprint, namedId, positionId } from '../../src/intake/parse/identity.ts';
import { contentKey, rejectionOf } from '../../src/intake/wire/dead-letter.ts';
import type { RawMessage } from '../../src/intake/wire/raw.ts';
import { labelOf } from '../../src/integrations/jira/documents/issue-fields.ts';
import { decodeLetter, encodeLetter } from '../../src/integrations/redis/alerts/dead-letter-format.ts';

const message: RawMessage = {
  value: Buffer.from('{'),
  headers: {},
  position: { via: 'kafka', topic: 'odd topic', partition: 3, offset: '42', index: 0 },
  receivedAt: 1,
};
const unread = rejectionOf('bad_json', 'd', message);

// Records, tickets and dead letters are found again by these, also by later versions.
test.each([
  [namedId('a b', 'c d', 1, 'den'), 'e.a88fbbca8ef7602907002d612a988126e886a974~1'],
  [positionId(message.position, 0), 'k.3879b2e01e56b3312f32e73e29d2df898403d9d4.0'],
  [fingerprintOf('adhoc', 'den', 'x'), 'a02bd958ac9078bd'],
  [labelFingerprint({ b: '2', a: '1' }), '5f13efef7cdd95e7'],
  [contentKey(unread), 'bad_json.021fb596db81e6d02bf3d2586ee3981f'],
  [contentKey(rejectionOf('bad_json', 'd', message, { a: 1 })), 'bad_json.015abd7f5cc57a2dd94b7590f04ad808'],
  [labelOf('Alert 7ö'), 'farmhand-alert-7-53752db5a1757623'],
  [sha256('farmhand'), 'ec35901c86a6438cf52b52d9eca2b9729692c9a1c3b7f54942693b6ab46b5d78'],
  [contentHash({ a: 'ö' }), '6ttya6rn2npg'],
])('what stands on record keeps its value: %s', (now, then) => {
  expect(now).toBe(then);
});

test('a dead letter keeps its name', () => {
  expect(decodeLetter(encodeLetter(unread, 5))?.id).toBe('b3fc5dc2f0cb');
});
