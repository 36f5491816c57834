import type { Machine } from './machine.ts';
import { meets, type Row } from './row.ts';
import { figure } from './stats.ts';

export const describeMachine = (machine: Machine): string =>
  `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB; Node ${machine.node}, Redis ${machine.redis}, ` +
  `Kafka ${machine.kafka}; load before the run ${machine.load}`;

/** The rows of one case after the other, as lines for a terminal. */
export const table = (rows: readonly Row[]): string => {
  const wide = Math.max(...rows.map(({ what }) => what.length));
  const lines: string[] = [];
  let last = '';
  for (const row of rows) {
    if (row.case !== last) lines.push('', row.case);
    last = row.case;
    const value = `${figure(row.value)} ${row.unit}`.trim();
    lines.push(`  ${row.what.padEnd(wide)}  ${value.padStart(16)}${aimOf(row)}`);
  }
  return lines.join('\n');
};

const aimOf = (row: Row): string => {
  if (row.aim === undefined) return '';
  const [sign, bound] = 'atLeast' in row.aim ? ['≥', row.aim.atLeast] : ['≤', row.aim.atMost];
  return `   aim ${sign} ${figure(bound)}  ${meets(row) ? 'met' : 'MISSED'}`;
};
