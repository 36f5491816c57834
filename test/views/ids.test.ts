import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  actionIds,
  blockIds,
  callbackIds,
  noteKey,
  OfferValue,
  offerValue,
  packModalContext,
  packRebuildContext,
  parsePostBlockId,
  postBlockId,
  readModalContext,
  readRebuildContext,
  StartValue,
  startValue,
} from '../../views/ids.ts';
import { aNote } from './support/builders.ts';

const root = new URL('../..', import.meta.url).pathname;
const sources = ['views', 'commands'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !(folder === 'views' && file === 'ids.ts'))
    .map((file) => join(folder, file)),
);

describe('ids exist once', () => {
  test('no two actions, blocks of a modal or modals share one', () => {
    for (const ids of [actionIds, blockIds, callbackIds]) {
      expect(new Set(Object.values(ids)).size).toBe(Object.keys(ids).length);
    }
  });

  test.each(sources)('%s spells none', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const literals = text.match(/\b(action_id|block_id|callback_id): *['"`][^'"`]*['"`]/g) ?? [];
    const dotted = Object.values({ ...actionIds, ...blockIds }).filter((id) => text.includes(`'${id}'`));
    expect([...literals, ...dotted]).toEqual([]);
  });
});

test('the first block of a keyed message says which it is', () => {
  expect(postBlockId({ kind: 'alert', id: '689b55798b76c552-mi80s0g0' })).toBe(
    'alert:689b55798b76c552-mi80s0g0',
  );
  expect(noteKey('a-1', [aNote({ n: 3 }), aNote({ n: 7 })])).toEqual({ kind: 'note', id: 'a-1#7' });
  const key = fc.record({
    kind: fc.constantFrom('alert', 'note', 'digest'),
    id: fc.stringMatching(/^[A-Za-z0-9#-]{1,60}$/),
  });
  fc.assert(
    fc.property(key, (given) => {
      expect(parsePostBlockId(postBlockId(given))).toEqual(given);
    }),
  );
  expect(parsePostBlockId('alert.buttons')).toBeUndefined();
  expect(parsePostBlockId('other:1')).toBeUndefined();
});

test('a modal carries ids only, and comes back as it went', () => {
  const where = { alert: '689b55798b76c552-mi80s0g0', channel: 'C01ALERTS', thread: '1795184022.000100' };
  expect(readModalContext(packModalContext(where))).toEqual(where);
  expect(readModalContext('')).toBeUndefined();
  expect(readModalContext('{"alert":"a b","channel":"C1"}')).toBeUndefined();
  expect(readModalContext('{"alert":"abc-1","channel":"C01","extra":1}')).toBeUndefined();
});

test('buttons of rebuilds carry ids and an offered number only', () => {
  expect(OfferValue.parse(offerValue('system6-20261120-1', 24))).toEqual({
    rebuild: 'system6-20261120-1',
    farmers: 24,
  });
  for (const from of [{}, { instance: 'system6' }, { alert: '689b55798b76c552-mi80s0g0' }]) {
    expect(StartValue.parse(startValue(from))).toEqual(from);
  }
  expect(StartValue.safeParse('instance:../x').success).toBe(false);
  const where = { rebuild: 'system6-20261120-1', verb: 'scale', channel: 'C01ALERTS' } as const;
  expect(readRebuildContext(packRebuildContext(where))).toEqual(where);
  expect(readRebuildContext('{"rebuild":"x"}')).toBeUndefined();
});
