import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { windowOf } from '../../../sandbox/slack/messages/history.ts';

const at = (...ts: string[]) => ts.map((one) => ({ ts: one }));
const three = at('1700000003.000001', '1700000002.000001', '1700000001.000001');
const seen = (args: Record<string, unknown>) => {
  const page = windowOf(three, args, 100);
  return 'error' in page ? page.error : page.messages.map(({ ts }) => ts.slice(9));
};

describe('the window', () => {
  test('oldest and latest are exclusive', () => {
    expect(seen({ oldest: '1700000001.000001' })).toEqual(['3.000001', '2.000001']);
    expect(seen({ latest: '1700000003.000001' })).toEqual(['2.000001', '1.000001']);
  });

  test('unless inclusive is asked for', () => {
    const inclusive = 'true';
    expect(seen({ oldest: '1700000001.000001', inclusive })).toHaveLength(3);
    expect(seen({ latest: '1700000001.000001', inclusive })).toEqual(['1.000001']);
  });

  test('a plain Unix time is as good as a timestamp', () => {
    expect(seen({ oldest: '1700000002' })).toEqual(['3.000001', '2.000001']);
    expect(seen({ oldest: 1700000003 })).toEqual(['3.000001']);
  });

  test('what is no time, limit or cursor is refused', () => {
    expect(seen({ oldest: 'yesterday' })).toBe('invalid_ts_oldest');
    expect(seen({ latest: '1.2.3' })).toBe('invalid_ts_latest');
    expect(seen({ limit: '0' })).toBe('invalid_limit');
    expect(seen({ limit: '1001' })).toBe('invalid_limit');
    expect(seen({ cursor: 'bm9uc2Vuc2U=' })).toBe('invalid_cursor');
  });
});

test('pages hold everything once, in order, whatever their size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }), (count, limit) => {
      const all = at(
        ...Array.from({ length: count }, (_, i) => `17000${String(9999 - i).padStart(5, '0')}.000001`),
      );
      const read: string[] = [];
      let cursor = '';
      do {
        const page = windowOf(all, { limit, ...(cursor !== '' && { cursor }) }, 100);
        if ('error' in page) throw new Error(page.error);
        read.push(...page.messages.map(({ ts }) => ts));
        cursor = page.response_metadata.next_cursor;
        expect(page.has_more).toBe(cursor !== '');
      } while (cursor !== '');
      expect(read).toEqual(all.map(({ ts }) => ts));
    }),
  );
});
