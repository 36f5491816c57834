import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitMessage, farmersIn, keyIn } from '../../../../src/integrations/gitops/values/message.ts';
import { anInstance } from '../../../builders/rebuild.ts';

const change = {
  key: 'system6-20261120-1/farmers/1',
  rebuild: 'system6-20261120-1',
  instance: anInstance(),
  role: 'farmer',
  from: 0,
  to: 24,
  by: { id: 'U0ALICE', name: 'Alice Ash' },
  reason: 'new dataset',
} as const;

test('a commit names the change request that it is made under', () => {
  expect(commitMessage({ ...change, change: 'CHG0012345' })).toContain('\nChange-Request: CHG0012345\n');
});

test('a commit says what changed, for which rebuild, who asked and why', () => {
  expect(commitMessage(change)).toBe(
    [
      'system6: farmers 0 → 24 (rebuild system6-20261120-1)',
      '',
      'Farmhand-Change: system6-20261120-1/farmers/1',
      'Requested-by: Alice Ash (U0ALICE)',
      'Reason: new dataset',
    ].join('\n'),
  );
  expect(commitMessage({ ...change, role: 'synchronizer', to: 1, by: { id: 'farmhand' }, reason: ' ' })).toBe(
    [
      'system6: synchronizer 0 → 1 (rebuild system6-20261120-1)',
      '',
      'Farmhand-Change: system6-20261120-1/farmers/1',
      'Requested-by: farmhand',
    ].join('\n'),
  );
});

test('its key is found again whatever people say, and nobody can say another one', () => {
  const hostile = fc.constantFrom(
    '\n',
    '\r\n',
    '\u2028',
    'Farmhand-Change: other',
    ' ',
    '\n\n',
    'x',
    '\u202e',
  );
  const said = fc.array(hostile, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(said, said, (reason, name) => {
      const message = commitMessage({ ...change, reason, by: { id: 'U0ALICE', name } });
      expect(keyIn(message)).toBe(change.key);
      expect(message.split(/[\n\r\u2028]/)).toHaveLength(
        reason.trim() === '' ? 4 : message.split('\n').length,
      );
      expect(farmersIn(message)).toEqual({ instance: 'system6', to: 24, rebuild: 'system6-20261120-1' });
    }),
  );
});

test.each([
  ['Revert "system6: farmers 0 → 24 (rebuild x)"\n\nThis reverts commit 3f2a91c.', undefined],
  ['a\n\nFarmhand-Change: quoted\n\nSigned-off-by: Ada', undefined],
  ['Farmhand-Changes: x', undefined],
  ['a\r\n\r\nFarmhand-Change: key/1\r\nReason: x\r\n', 'key/1'],
])('%j has the key %j', (message, key) => {
  expect(keyIn(message)).toBe(key);
});
