import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  type ArchivedRecord,
  packObject,
  recordLine,
  unpackObject,
} from '../../../src/intake/archive/records.ts';

const range = { topic: 'alerts', partition: 0, from: '5', to: '20', earliest: 1, latest: 9 };
const bytes = Buffer.from([0, 255, 10, 13, 0xc3, 0x28]);
const records: readonly ArchivedRecord[] = [
  { offset: '5', timestamp: '1', key: null, value: Buffer.from('{"a":"ü\\n"}\n'), headers: [] },
  {
    offset: '7',
    timestamp: '9',
    key: bytes,
    value: null,
    headers: [
      ['h', bytes],
      ['h', null],
      ['__proto__', Buffer.from('x')],
    ],
  },
  {
    offset: '19',
    timestamp: '-1',
    key: Buffer.from(''),
    value: bytes,
    headers: [['ce_id', Buffer.from('1')]],
  },
];

test('what was written is read, byte for byte', async () => {
  const packed = await packObject(range, records.map(recordLine));
  expect(await unpackObject(range, packed)).toEqual(records);
  // The same again is the same, and people can read it.
  expect((await packObject(range, records.map(recordLine))).equals(packed)).toBe(true);
  expect(gunzipSync(packed).toString().split('\n')[1]).toBe(
    '{"offset":"5","timestamp":"1","key":null,"value":"{\\"a\\":\\"ü\\\\n\\"}\\n","headers":[]}',
  );
});

const changed = async (change: (text: string) => string): Promise<Buffer> =>
  gzipSync(change(gunzipSync(await packObject(range, records.map(recordLine))).toString()));

test.each<readonly [string, (packed: Buffer) => Promise<Buffer>, RegExp]>([
  ['cut', async (packed) => packed.subarray(0, packed.length - 9), /cannot be unpacked/],
  ['no gzip', async () => Buffer.from('hello'), /cannot be unpacked/],
  [
    'a line is gone',
    () => changed((text) => text.replace(/\{"offset":"7".*\n/, '')),
    /is not what its key says/,
  ],
  [
    'of another range',
    () => changed((text) => text.replace('"to":"20"', '"to":"21"')),
    /is not what its key says/,
  ],
  ['no JSON', () => changed((text) => text.replace('{"offset":"7"', '{"offset:"7"')), /no record in line 3/],
  [
    'another order',
    () => changed((text) => text.replace('"offset":"7"', '"offset":"4"')),
    /offset 4 where it does not belong/,
  ],
  [
    'twice',
    () => changed((text) => text.replace('"offset":"7"', '"offset":"5"')),
    /offset 5 where it does not belong/,
  ],
])('what is not what its key says is refused whole, with its name: %s', async (_, change, words) => {
  const broken = await change(await packObject(range, records.map(recordLine)));
  const refusal = unpackObject(range, broken);
  await expect(refusal).rejects.toThrow(words);
  await expect(refusal).rejects.toThrow('v1/alerts/1970-01-01/0/0000000000000000005-');
});
