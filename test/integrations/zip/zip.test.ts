import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { zipOf } from '../../../src/integrations/zip/zip.ts';
import { unzip } from '../../support/unzip.ts';

const at = Date.UTC(2026, 10, 20, 21, 49, 7);
const files = [
  { name: 'index.html', bytes: Buffer.from('<p>evidence</p>'.repeat(5_000)) },
  { name: 'empty.txt', bytes: Buffer.alloc(0) },
  { name: 'noise.bin', bytes: randomBytes(200_000) },
];

test('what is put in comes out', () => {
  const archive = zipOf(files, at);
  expect([...unzip(archive)].map(([name, bytes]) => ({ name, bytes }))).toEqual(files);
  expect(archive.length).toBeLessThan(202_000);
});

test('the same files at the same time are the same archive; its time is what MS-DOS would say', () => {
  const archive = Buffer.from(zipOf(files, at));
  expect(archive.equals(zipOf(files, at))).toBe(true);
  // 21:49:06, and 2026-11-20.
  expect([archive.readUInt16LE(10), archive.readUInt16LE(12)]).toEqual([
    (21 << 11) | (49 << 5) | 3,
    (46 << 9) | (11 << 5) | 20,
  ]);
});

test('an archive of nothing is one that opens', () => {
  expect(unzip(zipOf([], at)).size).toBe(0);
});
