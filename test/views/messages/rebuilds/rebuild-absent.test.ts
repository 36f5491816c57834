import { expect, test } from 'vitest';
import { absenceWords } from '../../../../views/messages/rebuilds/rebuild-absent.ts';

const instance = 'system6';

test.each([
  [
    { code: 'not_on_record', id: 'system6-20261120-9' },
    'There is no rebuild system6-20261120-9 on record. Nothing was changed. /dcr list shows those there are.',
  ],
  [
    { code: 'ended', instance, last: 'system6-20261119-1', status: 'Released' },
    'system6 has no rebuild in flight. Nothing was changed. The last one, system6-20261119-1, has ended: Released.',
  ],
  [
    { code: 'never_begun', instance },
    'system6 has no rebuild in flight. Nothing was changed. /dcr start system6 plans one.',
  ],
  [
    { code: 'perhaps_unknown', instance },
    'system6 has no rebuild in flight. Nothing was changed. /dcr list shows those there are.',
  ],
  [
    { code: 'no_instance', instance: 'systm6', near: 'system6' },
    'There is no instance systm6. Nothing was changed. Did you mean system6?',
  ],
  [{ code: 'no_instance', instance: 'x' }, 'There is no instance x. Nothing was changed.'],
] as const)('why there is no such rebuild: %o', (absence, words) => {
  expect(absenceWords(absence)).toBe(words);
});
