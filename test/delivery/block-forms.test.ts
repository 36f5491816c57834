import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BlockForms,
  type BlocksRefused,
  blocksRest,
  classicForms,
  createBlockForms,
  type RefusedBlocks,
} from '../../src/delivery/block-forms.ts';

const section = { type: 'section' };
const table = { type: 'data_table' };
const plan = { type: 'plan' };
const inBoth = { text: 'x', blocks: [section], rich: [section, table] };
const withPlan = { text: 'y', blocks: [section], rich: [plan] };

const world = (
  knows: ReadonlySet<string> = new Set(['section']),
  more: Partial<Parameters<typeof createBlockForms>[0]> = {},
) => {
  let now = 1_000;
  let setting: 'auto' | 'classic' = 'auto';
  const told: (readonly string[])[] = [];
  const forms = createBlockForms({
    setting: () => setting,
    now: () => now,
    onRefused: (kinds) => void told.push(kinds),
    ...more,
  });
  const sent: string[] = [];
  const send = (message: Parameters<BlockForms['send']>[0], why: BlocksRefused = 'kind') =>
    forms.send(
      message,
      async ({ blocks }, form) => {
        sent.push(form);
        return blocks.every(({ type }) => knows.has(type)) ? 'ok' : why;
      },
      (answer) => (answer === 'ok' ? undefined : answer),
    );
  return {
    send,
    sent,
    told,
    wait: (ms: number) => {
      now += ms;
    },
    set: (to: typeof setting) => {
      setting = to;
    },
  };
};

test('a workspace that knows the newest blocks gets them, in one call', async () => {
  const { send, sent } = world(new Set(['section', 'data_table']));
  expect(await send(inBoth)).toBe('ok');
  expect(sent).toEqual(['rich']);
});

test('one that does not gets the classic ones at once, and for a day without being asked', async () => {
  const { send, sent, told, wait } = world();
  expect(await send(inBoth)).toBe('ok');
  wait(blocksRest - 1);
  await send(inBoth);
  expect(sent).toEqual(['rich', 'classic', 'classic']);
  wait(1);
  await send(inBoth);
  expect(sent.slice(3)).toEqual(['rich', 'classic']);
  expect(told).toEqual([['data_table'], ['data_table']]);
});

test('what is refused of one kind says nothing about another', async () => {
  const { send, sent } = world(new Set(['section', 'plan']));
  await send(inBoth);
  await send(withPlan);
  expect(sent).toEqual(['rich', 'classic', 'rich']);
});

test('a message that is too long is sent classic, and nothing is remembered', async () => {
  const { send, sent, told } = world();
  await send(inBoth, 'size');
  await send(inBoth, 'size');
  expect(sent).toEqual(['rich', 'classic', 'rich', 'classic']);
  expect(told).toEqual([]);
});

test('nothing happens to a message in one form, to one where the setting is classic, and where no workspace is known', async () => {
  const { send, sent, set } = world(new Set(['section', 'data_table']));
  await send({ text: 'x', blocks: [section] });
  set('classic');
  await send(inBoth);
  const forms: string[] = [];
  await classicForms.send(
    inBoth,
    async (_, form) => void forms.push(form),
    () => undefined,
  );
  expect([sent, forms]).toEqual([['classic', 'classic'], ['classic']]);
});

/** What processes of one workspace have in common. */
const memory = () => {
  const kept = new Map<string, number>();
  let asked = 0;
  const shared: RefusedBlocks = {
    known: async () => {
      asked += 1;
      return new Map(kept);
    },
    keep: async (kinds, until) => {
      for (const kind of kinds) kept.set(kind, until);
    },
  };
  return { shared, kept, asked: () => asked };
};

test('what one process has met, one that starts later knows, and one that runs within a minute', async () => {
  const { shared, asked } = memory();
  const running = world(undefined, { shared });
  await running.send(withPlan);
  const meets = world(undefined, { shared });
  await meets.send(inBoth);
  const starts = world(undefined, { shared });
  await starts.send(inBoth);
  expect([meets.sent, starts.sent, starts.told]).toEqual([['rich', 'classic'], ['classic'], []]);
  await running.send(inBoth);
  running.wait(60_000);
  const before = asked();
  await running.send(inBoth);
  await running.send(inBoth);
  expect(running.sent.slice(2)).toEqual(['rich', 'classic', 'classic', 'classic']);
  expect(asked()).toBe(before + 1);
});

test('of a clock that is ahead, a refusal counts for a day from now and no longer', async () => {
  const { shared, kept } = memory();
  kept.set('data_table', 1_000 + 10 * blocksRest);
  const { send, sent, wait } = world(undefined, { shared });
  await send(inBoth);
  kept.clear();
  wait(blocksRest);
  await send(inBoth);
  expect(sent).toEqual(['classic', 'rich', 'classic']);
});

test('where nobody can say what others know, and what is met cannot be kept, it is told; the message goes on', async () => {
  const failed: unknown[] = [];
  const away = new Error('away');
  const { send, sent } = world(undefined, {
    shared: { known: () => Promise.reject(away), keep: () => Promise.reject(away) },
    onNotKept: (error) => failed.push(error),
  });
  await send(inBoth);
  await send(inBoth);
  expect([sent, failed]).toEqual([['rich', 'classic', 'classic'], [away]]);
});

test('never more than two calls, the second only after a refusal, whatever a workspace knows and however long it takes', async () => {
  const kinds = ['data_table', 'plan', 'container', 'data_visualization'];
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(kinds),
      fc.array(fc.tuple(fc.subarray(kinds, { minLength: 1 }), fc.integer({ min: 0, max: 2 * blocksRest })), {
        maxLength: 12,
      }),
      async (known, messages) => {
        const { send, sent, wait } = world(new Set(['section', ...known]));
        for (const [rich, later] of messages) {
          wait(later);
          const before = sent.length;
          expect(await send({ text: 'x', blocks: [section], rich: rich.map((type) => ({ type })) })).toBe(
            'ok',
          );
          const calls = sent.slice(before);
          const taken = rich.every((type) => known.includes(type));
          expect(calls.at(-1)).toBe(taken && calls.length === 1 ? calls[0] : 'classic');
          expect(calls.length).toBeLessThanOrEqual(taken ? 1 : 2);
        }
      },
    ),
    { numRuns: 200 },
  );
});
