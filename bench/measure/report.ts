import type { Machine } from './machine.ts';
import { meets, type Row } from './row.ts';
import { figure } from './stats.ts';

export const describeMachine = (machine: Machine): string =>
  `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB; Node ${machine.node}, Redis ${machine.redis}, ` +
  `Kafka ${machine.kafka}; load before the run ${machine.load}`;

/** The rows of one case after the other, as lines for a terminal; `before` names the build that they are beside. */
export const table = (rows: readonly Row[], before?: string): string => {
  const wide = Math.max(...rows.map(({ what }) => what.length));
  const lines: string[] = [];
  let last = '';
  for (const row of rows) {
    if (row.case !== last) lines.push('', row.case);
    last = row.case;
    const value = `${figure(row.value)} ${row.unit}`.trim();
    lines.push(
      `  ${row.what.padEnd(wide)}  ${value.padStart(16)}${rangeOf(row)}${beforeOf(row, before)}${aimOf(row)}`,
    );
  }
  return lines.join('\n');
};

const rangeOf = ({ range }: Row): string =>
  range === undefined ? '' : `  ${`(${figure(range[0])} – ${figure(range[1])})`.padEnd(20)}`;

const beforeOf = ({ value, before }: Row, name = 'before'): string =>
  before === undefined
    ? ''
    : `  ${name} ${figure(before)}${before === 0 ? '' : `, × ${figure(value / before)}`}`;

const aimOf = (row: Row): string => {
  if (row.aim === undefined) return '';
  const [sign, bound] = 'atLeast' in row.aim ? ['≥', row.aim.atLeast] : ['≤', row.aim.atMost];
  return `   aim ${sign} ${figure(bound)}  ${meets(row) ? 'met' : 'MISSED'}`;
};
