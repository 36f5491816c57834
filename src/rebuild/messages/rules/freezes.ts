import { cut, oneLine } from '../../../core/text.ts';
import { clockTime } from '../../../core/time/clock-words.ts';
import { utc } from '../../../core/utc.ts';
import type { Freeze } from '../../model/rules/freezes.ts';

/** `system6`, or `all instances`. */
export const placeWords = ({ instance }: Pick<Freeze, 'instance'>): string => instance ?? 'all instances';

/** `until Mon 30 Nov 2026, 06:00 in New York (2026-11-30 11:00 UTC)`, or until when else. */
export const untilWords = ({ until, zone = 'UTC' }: Pick<Freeze, 'until' | 'zone'>): string =>
  until === undefined
    ? 'until somebody thaws it'
    : `until ${clockTime(until, zone)}${zone === 'UTC' ? '' : ` (${utc(until)})`}`;

const whyLength = 200;

/** `frozen by Ann Ash until …: “the reason”`, with what is frozen where that is everything. */
export const freezeWords = (freeze: Freeze): string => {
  const { by, instance, reason } = freeze;
  const what = instance === undefined ? 'all instances are frozen' : 'frozen';
  return `${what} by ${by.name ?? by.id} ${untilWords(freeze)}: “${cut(oneLine(reason), whyLength)}”`;
};

/** More than this are counted: the last ends latest, and it is those that matter. */
const saidAtMost = 3;

export const freezesWords = (freezes: readonly Freeze[]): string => {
  const said = freezes.slice(0, saidAtMost).map(freezeWords);
  const left = freezes.length - said.length;
  return [...said, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
};

/** How those that hold are lifted: a command for each place. */
export const thawWords = (freezes: readonly Freeze[]): string => {
  const places = [...new Set(freezes.map(({ instance = 'all' }) => instance))];
  return `Whoever may thaw it: ${places.map((place) => `/dcr thaw ${place} <why>`).join(' and ')}.`;
};
