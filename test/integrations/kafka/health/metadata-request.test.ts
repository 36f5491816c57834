import { expect, test } from 'vitest';
import { metadataBody, parseMetadata } from '../../../../src/integrations/kafka/health/metadata-request.ts';

test('the request asks for topics by name, makes none, and asks for no list of rights', () => {
  expect(metadataBody(['ab']).toString('hex')).toBe(
    ['00', '02', '00'.repeat(16), '03', '6162', '00', '00', '00', '00', '00'].join(''),
  );
});

test('an answer with one broker, a topic of two partitions, and one that is missing', () => {
  const id = '0123456789abcdef0123456789abcdef';
  const node = '00000001';
  const partition = (n: string, leader: string) =>
    ['0000', n, leader, '00000007', '02', node, '02', node, '01', '00'].join('');
  const answer = [
    ...['00', '00000000'],
    ...['02', node, '05', Buffer.from('host').toString('hex'), '00002384', '00', '00'],
    ...['00', node],
    '03',
    ...['0000', '03', '6162', id, '00'],
    ...['03', partition('00000000', node), partition('00000001', 'ffffffff'), '80000000', '00'],
    ...['0003', '03', '6163', '00'.repeat(16), '00', '01', '80000000', '00'],
    ...['80000000', '00'],
  ].join('');
  expect(parseMetadata(Buffer.from(answer, 'hex'))).toEqual([
    {
      topic: 'ab',
      id,
      error: 0,
      partitions: [
        { partition: 0, leader: 1 },
        { partition: 1, leader: -1 },
      ],
    },
    { topic: 'ac', id: '0'.repeat(32), error: 3, partitions: [] },
  ]);
});
