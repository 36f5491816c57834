import { expect, test } from 'vitest';
import { environmentOf } from '../../src/access/environments.ts';
import { givenFor } from '../support/given.ts';

const given = givenFor(environmentOf);
const gov = { gov: { instances: ['systemgov*', 'lab1'] }, edge: { instances: ['system*'] } };

test.each([
  ['commercial where neither says', 'other', undefined, 'commercial'],
  ['as the values say where the config does not', 'other', 'gov', 'gov'],
  ['as the config says where the values do not', 'lab1', undefined, 'gov'],
  ['where both say the same', 'systemgov1', 'gov', 'gov'],
  ['by the longer beginning', 'systemgov1', undefined, 'gov'],
  ['by the shorter beginning where no other fits', 'system6', undefined, 'edge'],
])('an instance belongs %s', (_, instance, ofValues, environment) => {
  given(gov).when(instance, ofValues).thenIs({ ok: true, environment });
});

test('a name counts before any beginning', () => {
  given({ edge: { instances: ['systemgov*'] }, gov: { instances: ['systemgov1'] } })
    .when('systemgov1', undefined)
    .thenIs({ ok: true, environment: 'gov' });
});

test('values cannot move an instance out of where the config puts it', () => {
  given(gov)
    .when('systemgov1', 'commercial')
    .thenIs({ ok: false, code: 'differ', values: 'commercial', config: 'gov' });
  given(gov).when('system6', 'gov').thenIs({ ok: false, code: 'differ', values: 'gov', config: 'edge' });
});

test('an environment that is named like a property of every object is one like any other', () => {
  expect(environmentOf({ constructor: { instances: ['a'] } }, 'a', undefined)).toEqual({
    ok: true,
    environment: 'constructor',
  });
});
