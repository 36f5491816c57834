import { expect, test } from 'vitest';
import { isSamePerson } from '../../src/core/person.ts';

test.each([
  ['one account', { id: 'U1' }, { id: 'U1' }, true],
  ['one account, whatever its e-mail was', { id: 'U1', email: 'a@x' }, { id: 'U1', email: 'b@x' }, true],
  ['two accounts with one e-mail', { id: 'U1', email: 'ana@x.org' }, { id: 'W2', email: ' ANA@x.org' }, true],
  ['two aliases of one mailbox', { id: 'U1', email: 'ana@x.org' }, { id: 'U2', email: 'ana+2@x.org' }, true],
  ['two e-mails', { id: 'U1', email: 'ana@x.org' }, { id: 'U2', email: 'bob@x.org' }, false],
  ['two accounts of which one has no e-mail', { id: 'U1', email: 'ana@x.org' }, { id: 'U2' }, false],
  ['two accounts without e-mails', { id: 'U1' }, { id: 'U2' }, false],
])('%s', (_, a, b, same) => {
  expect([isSamePerson(a, b), isSamePerson(b, a)]).toEqual([same, same]);
});
