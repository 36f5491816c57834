import { expect, test } from 'vitest';
import { groupBody, parseGroup } from '../../../../src/integrations/kafka/health/group-request.ts';

test('the request asks for one group, and for no list of rights', () => {
  expect(groupBody('ab').toString('hex')).toBe(['00', '02', '03', '6162', '00', '00'].join(''));
});

const text = (value: string): string =>
  Buffer.concat([Buffer.from([value.length + 1]), Buffer.from(value)]).toString('hex');
const [empty, none] = ['01', '00'];

test.each([
  [0, undefined, undefined],
  [1, false, true],
])('an answer of version %i with two members, one of which has partitions', (version, first, second) => {
  const partitions = ['02', '0123456789abcdef0123456789abcdef', text('t'), '02', '00000003', '00', '00'].join(
    '',
  );
  const nothing = [empty, '00'].join('');
  const kinds = version === 0 ? ['', ''] : ['01', '00'];
  const member = (client: string, has: string, kind = '') =>
    [text('id'), none, none, '00000001', text(client), text('/10.0.0.7'), '02', text('t'), none].join('') +
    [has, nothing, kind, '00'].join('');
  const answer = [
    ...[
      '00',
      '00000000',
      '02',
      '0000',
      none,
      text('g'),
      text('Stable'),
      '00000001',
      '00000001',
      text('uniform'),
    ],
    ...[
      '03',
      member('first', partitions, kinds[0]),
      member('second', nothing, kinds[1]),
      '80000000',
      '00',
      '00',
    ],
  ].join('');
  expect(parseGroup(Buffer.from(answer, 'hex'), version)).toEqual({
    error: 0,
    readers: [
      { ...(first !== undefined && { classic: first }), clientId: 'first', host: '/10.0.0.7' },
      { ...(second !== undefined && { classic: second }), clientId: 'second', host: '/10.0.0.7' },
    ],
  });
});

test('no such group', () => {
  const answer = [
    '00',
    '00000000',
    '02',
    '0045',
    none,
    text('g'),
    empty,
    '00000000',
    '00000000',
    empty,
    empty,
  ];
  expect(parseGroup(Buffer.from([...answer, '80000000', '00', '00'].join(''), 'hex'), 1)).toEqual({
    error: 69,
    readers: [],
  });
});
