import { describe, expect, test } from 'vitest';
import type { Act } from '../../../bench/ordeal/acts.ts';
import { judge, type Phase, type Said, type Seen, type Standing } from '../../../bench/ordeal/judge.ts';

const channel = 'C0';
const phases: readonly Phase[] = [
  { name: 'one', from: 0, to: 10_000, silenceAtMost: 1_000 },
  { name: 'two', from: 10_000, to: 60_000, silenceAtMost: 1_000 },
];

const said = (kind: Said['kind'], at: number, more: Partial<Said> = {}): Said => ({
  ...{ series: 'a', channel, kind, at },
  ...more,
});
const act = (kind: Act['kind'], at: number, shows?: Act['shows'], series = 'a'): Act => ({
  ...{ at, channel, kind, series },
  ...(shows && { shows }),
});
const root = (shows: 'firing' | 'resolved' | 'unknown', series = 'a'): Standing => ({
  series,
  is: 'root',
  shows,
});
const line = (text: string): Standing => ({ series: 'a', is: 'line', text });
const seen = (acts: readonly Act[], ...standing: readonly Standing[]): Seen => ({
  acts,
  standing,
  refused: new Map(),
});

const life = [said('new', 1_000), said('repeat', 11_000), said('resolve', 20_000)];
const told = [act('root', 1_200, 'firing'), act('update', 20_300, 'resolved'), act('line', 20_400)];

describe('what a run is judged by', () => {
  test('an alert that is told, repeated and over', () => {
    const figures = judge(life, seen(told, root('resolved'), line('✅ Resolved')), phases);
    expect(figures.map(({ phase: _, ...rest }) => rest)).toEqual([
      {
        ...{ sent: 1, alerts: 1, lost: [], gone: 0, doubled: [], removed: 0 },
        ...{ silence: 200, backAfter: 0, p50: 200, p99: 200 },
      },
      {
        ...{ sent: 2, alerts: 0, lost: [], gone: 0, doubled: [], removed: 0 },
        ...{ silence: 300, backAfter: 0, p50: Number.NaN, p99: Number.NaN },
      },
    ]);
  });

  test('no root, and a root that shows another state, are lost', () => {
    const lost = judge([...life, said('new', 5_000, { series: 'b' })], seen(told, root('firing')), phases);
    expect(lost.flatMap((each) => each.lost)).toEqual([
      'b: no root',
      'a: its root says firing, its source said resolved',
    ]);
  });

  test('a last word that went with the store is gone where the root says that nobody knows, and lost where it claims to', () => {
    const wiped = [said('new', 1_000), said('resolve', 20_000, { gone: 'store' })];
    expect(judge(wiped, seen(told, root('unknown')), phases)[1]).toMatchObject({ lost: [], gone: 1 });
    expect(judge(wiped, seen(told, root('firing')), phases)[1]).toMatchObject({
      lost: ['a: its root says firing, its source said resolved'],
      gone: 0,
    });
  });

  test('what its source said once more after it had gone is lost when it is not told', () => {
    const again = [said('new', 1_000, { gone: 'store' }), said('repeat', 11_000)];
    expect(judge(again, seen([]), phases)[1]?.lost).toEqual(['a: no root']);
    expect(judge(again.slice(0, 1), seen([]), phases)[0]).toMatchObject({ lost: [], gone: 1 });
  });

  test('a second root, and a line that is told twice, are doubled; a root that was taken away is counted', () => {
    const twice = seen(
      [...told, act('root', 30_000, 'firing'), act('removed', 31_000)],
      ...[root('resolved'), root('resolved'), line('✅ Resolved'), line('✅ Resolved')],
    );
    expect(judge(life, twice, phases)[1]).toMatchObject({
      doubled: ['a: 2 roots', 'a: 2 lines for 1 × resolve'],
      removed: 1,
    });
  });

  test('a channel is silent from when something is due there until it shows anything, and not while nothing is due', () => {
    const late = [act('root', 9_000, 'firing'), act('update', 50_000, 'resolved')];
    const busy = [act('line', 4_000, undefined, 'b'), act('line', 30_000, undefined, 'b')];
    const acts = [...late, ...busy].toSorted((a, b) => a.at - b.at);
    const [one, two] = judge(life, seen(acts, root('resolved')), phases);
    expect(one).toMatchObject({ silence: 5_000, backAfter: 9_000, p50: 8_000 });
    // From 20 s, when it was over, to 30 s, and from there to 50 s.
    expect(two).toMatchObject({ silence: 20_000, backAfter: 40_000 });
  });
});
