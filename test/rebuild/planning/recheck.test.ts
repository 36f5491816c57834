import { expect, test } from 'vitest';
import { newsWords } from '../../../src/rebuild/messages/news.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { basisOf } from '../../../src/rebuild/observe/observed.ts';
import { toRecheck } from '../../../src/rebuild/planning/recheck.ts';
import { decideRebuild } from '../../../src/rebuild/reconcile/decide.ts';
import { observationsFor } from '../../../src/rebuild/reconcile/observations-for.ts';
import { seenUp } from '../../builders/lost.ts';
import { inStep, startedAt } from '../../builders/rebuild.ts';

const now = startedAt + 3_600_000;

const step = (rebuild: Rebuild, seen: Partial<ReturnType<typeof seenUp>>) =>
  decideRebuild(rebuild, { at: now, basis: basisOf(rebuild), ...seen }, now, defaultPolicy, 'claim');

test('an older record does nothing before both sets were seen', () => {
  const asked = toRecheck(inStep('synchronizer'), now).rebuild;
  expect(observationsFor(asked)).toEqual({ farmers: true, synchronizer: true });
  const { engine } = seenUp(0, 0);
  const blind = { farmers: { ok: false, error: 'HTTP 503' } as const, engine };
  const { write, perform } = step(asked, blind);
  expect(perform).toBeUndefined();
  expect(write?.rebuild).toEqual({ ...asked, driveAt: now + defaultPolicy.poll });
});

test('farmers that its record knows nothing of are not scaled down, and not up once more', () => {
  const asked = toRecheck(inStep('synchronizer'), now).rebuild;
  const seen = seenUp(24, 1);
  let rebuild = step(asked, seen).write?.rebuild ?? asked;
  expect(rebuild.recheck).toBeUndefined();
  expect(rebuild.farmers).toMatchObject({ wanted: 24, target: 24 });
  const up = (n: number) => ({ wanted: n, ready: n });
  expect(rebuild.card.notes.at(-1)?.text).toBe(
    newsWords({ code: 'rechecked', farmers: up(24), synchronizer: up(1) }).text,
  );
  const made: string[] = [];
  for (let i = 0; i < 6; i++) {
    const { write, perform } = step(rebuild, seen);
    if (perform) made.push(perform.effect.kind);
    rebuild = write?.rebuild ?? rebuild;
  }
  expect(made.filter((kind) => kind === 'scale')).toEqual([]);
});

test('without that look the farmers would have been scaled to nothing', () => {
  const { perform } = step(inStep('history'), seenUp(24, 1));
  expect(perform?.effect).toEqual({ kind: 'scale', role: 'farmer', from: 24, to: 0 });
});

test('what was perhaps said and written is looked for, and no number of it is used again', () => {
  const before = inStep('history');
  const note = { n: 7, kind: 'step', at: startedAt, text: 'x' } as const;
  const entry = { n: 4, at: startedAt, kind: 'change', lines: ['x'] } as const;
  const { rebuild } = toRecheck(
    {
      ...before,
      card: { ...before.card, notes: [note], noteCount: 7 },
      ticket: { ...before.ticket, entries: [entry], count: 4 },
    },
    now,
  );
  expect(rebuild.card).toMatchObject({
    noteCount: 1_007,
    posting: { through: 7, first: startedAt, lookAt: now },
  });
  expect(rebuild.ticket).toMatchObject({ count: 1_004, doubt: { n: 4 } });
});
