import type { Figures } from './judge.ts';

type Cell = string | number;

const seconds = (ms: number): string => (Number.isFinite(ms) ? `${(ms / 1_000).toFixed(2)} s` : '–');

/** The figures as lines for a terminal; what is not as it should be is marked. */
export const table = (all: readonly Figures[]): string => {
  const head = [
    'phase',
    'sent',
    'alerts',
    'lost',
    'gone',
    'doubled',
    'removed',
    'silence',
    'limit',
    'back after',
    'p50',
    'p99',
  ];
  const rows = all.map((each): Cell[] => [
    each.phase.name,
    each.sent,
    each.alerts,
    each.lost.length,
    each.gone,
    each.doubled.length,
    each.removed,
    `${isSilent(each) ? '! ' : ''}${seconds(each.silence)}`,
    `≤ ${each.phase.silenceAtMost / 1_000} s`,
    each.backAfter === 0 ? '–' : seconds(each.backAfter),
    seconds(each.p50),
    seconds(each.p99),
  ]);
  const sum = (of: (each: Figures) => number): number => all.reduce((total, each) => total + of(each), 0);
  const total: Cell[] = [
    'in all',
    sum(({ sent }) => sent),
    sum(({ alerts }) => alerts),
    sum(({ lost }) => lost.length),
    sum(({ gone }) => gone),
    sum(({ doubled }) => doubled.length),
    sum(({ removed }) => removed),
    seconds(Math.max(...all.map(({ silence }) => silence))),
    ...['', '', '', ''],
  ];
  const lines = [head, ...rows, total].map((cells) => cells.map(String));
  const wide = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(wide[0] ?? 0) : cell.padStart(wide[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

export const isSilent = ({ silence, phase }: Figures): boolean => silence > phase.silenceAtMost;

/** What the columns say. */
export const legend = `
  sent        events that the broker confirmed
  alerts      new ones among them: each wants one root message
  lost        alerts that end without a root, or with one that shows another state than their source said last
  gone        the same, where their last word was destroyed with the store or the topic before it was told, no source
              repeats it, and the root does not claim otherwise
  doubled     second roots that stand, and lines that were told twice
  removed     second roots that farmhand took away by itself
  silence     the longest time in which a channel showed nothing although something was due there
  back after  from the fault to the last thing that was told more than 2 s after it was sent
  p50, p99    from the confirmation of a new alert to its root`;
