import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { namedId, ofTier, seriesNames } from '../../../src/intake/parse/identity.ts';
import { nonceKey } from '../../../src/intake/plan-batch.ts';
import { alert, context, envelope, message } from '../wire/messages.ts';

const listed = { ...context, tiers: { ...context.tiers, list: ['default', 'alpha', 'beta'] } };
const claim = envelope('alertmanager', alert({ labels: { alertname: 'Down', tier: 'alpha' } }), {
  tier: 'alpha',
  id: 'evt-1',
  source: 'am',
  nonce: { value: 'n1', valid_until: '2030-01-01T00:00:00Z' },
});
const read = (topicTier?: string, sent: unknown = claim): AlertEvent => {
  const over = { headers: { tier: 'alpha' }, ...(topicTier !== undefined && { topicTier }) };
  const [event] = decodeMessage(message(sent, over), listed).events;
  if (!event) throw new Error('nothing was read');
  return event;
};

test('where tiers are listed, only the topic or token says whose an event is', () => {
  expect([read('beta').tier, read('alpha').tier, read().tier]).toEqual(['beta', 'alpha', 'default']);
});

test('the same event of three tiers is three: series, ids and nonces never meet', () => {
  const events = [read(), read('alpha'), read('beta')];
  const names = events.map(({ fingerprint, plain, place }) =>
    [fingerprint, plain, place].flatMap((n) => n ?? []),
  );
  expect(new Set(names.flat()).size).toBe(names.flat().length);
  expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  expect(new Set(events.map(nonceKey)).size).toBe(3);
});

test('the default tier has the names of before, so that its records go on where they are', () => {
  const [before] = decodeMessage(message(claim, {}), context).events;
  expect({ ...read(), tier: before?.tier }).toEqual(before);
});

test('no event of one tier has a name of another, whatever it sends', () => {
  const text = fc.stringMatching(/^[\w.:/@+! ~[\]",-]{1,30}$/);
  const tier = fc.constantFrom(undefined, 'alpha', 'beta', 'alpha-b');
  const id = fc.tuple(text, text, fc.option(text, { nil: undefined }), tier);
  fc.assert(
    fc.property(id, id, ([s1, i1, c1, t1], [s2, i2, c2, t2]) => {
      fc.pre(t1 !== t2);
      expect(namedId(s1, i1, undefined, c1, t1)).not.toBe(namedId(s2, i2, undefined, c2, t2));
      const series = (cluster: string | undefined, source: string, apart: string | undefined) =>
        Object.values(
          ofTier(
            seriesNames('0123456789abcdef', 'alertmanager', { cluster, source, externalURL: s1 }),
            apart,
          ),
        );
      expect(series(c1, s1, t1).filter((name) => series(c2, s2, t2).includes(name))).toEqual([]);
      const nonce = (source: string, value: string, cluster: string | undefined, apart: string | undefined) =>
        nonceKey({
          ...read(),
          source,
          nonce: { value, validUntil: 1 },
          ...(cluster !== undefined && { cluster }),
          ...(apart !== undefined && { apart }),
        });
      expect(nonce(s1, i1, c1, t1)).not.toBe(nonce(s2, i2, c2, t2));
    }),
    { numRuns: 300 },
  );
});
