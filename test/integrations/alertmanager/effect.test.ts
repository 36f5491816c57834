import { expect, test } from 'vitest';
import { judgeEffect, type Seen } from '../../../src/integrations/alertmanager/effect.ts';
import { effectWords } from '../../../src/integrations/alertmanager/effect-words.ts';
import { givenFor } from '../../support/given.ts';

const given = givenFor((seen: Seen, sure: boolean = true) =>
  judgeEffect(seen, { name: 'main', left: 1, sure }),
);

test('what is seen of a silence, and of the Alertmanager that may not be the right one', () => {
  given({ kind: 'silenced', others: 2 })
    .when()
    .thenIs({ code: 'silenced', name: 'main', left: 1, others: 2 });
  given({ kind: 'listed' }).when().thenIs({ code: 'not_silenced', name: 'main', left: 1 });
  given({ kind: 'absent' }).when(true).thenIs({ code: 'not_listed', name: 'main' });
  given({ kind: 'absent' }).when(false).thenIs({ code: 'elsewhere', name: 'main' });
  given({ kind: 'held_back' }).when().thenIs({ code: 'held_back' });
  given({ kind: 'unasked', error: 'HTTP 503' }).when().thenIs({ code: 'unseen', error: 'HTTP 503' });
});

test.each([
  [{ code: 'silenced', name: 'main', left: 0, others: 0 }, 'Alertmanager main lists it as silenced.'],
  [
    { code: 'silenced', name: 'main', left: 1, others: 1 },
    'Alertmanager main lists it as silenced, and 1 other alert with the same labels. 1 of its labels is too long or oddly written for farmhand to match, so the silence goes by the others.',
  ],
  [
    { code: 'silenced', name: 'main', left: 2, others: 2 },
    'Alertmanager main lists it as silenced, and 2 other alerts with the same labels. 2 of its labels are too long or oddly written for farmhand to match, so the silence goes by the others.',
  ],
  [
    { code: 'not_silenced', name: 'main', left: 0 },
    'Alertmanager main lists this alert as firing and not silenced: notifications go on. Make one there that fits',
  ],
  [
    { code: 'not_silenced', name: 'main', left: 1 },
    'Alertmanager main lists this alert as firing and not silenced: notifications go on. 1 of its labels is too long or oddly written for farmhand to match, so the silence goes by the others. Make one there that fits',
  ],
  [
    { code: 'not_listed', name: 'main' },
    'Alertmanager main does not list this alert at the moment, so whether it is silenced could not be seen',
  ],
  [
    { code: 'elsewhere', name: 'main' },
    'Alertmanager main does not know this alert: it came from another one. Add that one to alertmanagers in farmhand.yml, with its external_url',
  ],
  [
    { code: 'held_back' },
    'Whether the alert is silenced now could not be seen: it is held back there at the moment, and the list names no silence',
  ],
  [{ code: 'unseen', error: 'HTTP 503' }, 'Whether the alert is silenced now could not be seen: HTTP 503'],
] as const)('people read of it: %o', (effect, words) => {
  expect(effectWords(effect)).toBe(words);
});
