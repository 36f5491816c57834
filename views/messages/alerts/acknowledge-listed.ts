import type { Alert } from '../../../src/alerts/model/alert.ts';
import { counted } from '../../../src/core/text.ts';
import { button, type Message, plainMessage } from '../../blocks.ts';
import { code } from '../../escape.ts';
import { actionIds, type ListPlace, listedValue } from '../../ids.ts';
import { listQuestion, type RestOfList, restWords, whereWords } from './list-place.ts';

/** Why some of a list were not acknowledged. */
export type LeftBecause =
  | 'acknowledged'
  | 'fired_since'
  | 'not_allowed'
  | 'over'
  | 'too_many'
  | 'unreadable'
  | 'unwritten';

export interface ListedQuestion {
  /** Those that a yes acknowledges, the most urgent first. */
  readonly alerts: readonly Alert[];
  readonly rest: RestOfList;
  readonly where: ListPlace;
  readonly words: string;
  readonly asOf: number;
}

/** Asked before anything is done; its button carries the filter and the time, and no alert. */
export const listedQuestion = ({ alerts, rest, where, words, asOf }: ListedQuestion): Message => {
  if (alerts.length === 0) return nothingLeft(where);
  const title = `Acknowledge ${counted(alerts.length, 'alert')} ${whereWords(where)}?`;
  const label = `Acknowledge ${alerts.length.toLocaleString('en')}`;
  const value = listedValue(asOf, words);
  return listQuestion(title, alerts, button(label, actionIds.acknowledgeListed, { value }, 'primary'), [
    ...restWords(rest, alerts.length),
    'What somebody has, or is silenced, is left as it is; so is what fires from now on.',
  ]);
};

export interface ListedAnswer {
  readonly where: ListPlace;
  readonly done: number;
  readonly left: ReadonlyMap<LeftBecause, number>;
  readonly more: boolean;
}

/** What was done, what was not, and why. */
export const listedAnswer = ({ where, done, left, more }: ListedAnswer): Message => {
  const lines = order.flatMap((why) => {
    const count = left.get(why) ?? 0;
    return count > 0 ? [leftWords[why](count)] : [];
  });
  if (done === 0 && lines.length === 0) return nothingLeft(where);
  const first =
    done > 0 ? `👀 You have ${counted(done, 'alert')} ${whereWords(where)} now.` : '🚫 Nothing was changed.';
  const text = [first, ...lines, ...(more ? ['More are on record: list them again.'] : [])].join('\n');
  return plainMessage(text);
};

const nothingLeft = (where: ListPlace): Message => {
  const text = `✅ Nothing is left to acknowledge ${'filters' in where ? `for ${code(where.filters, 200)}` : whereWords(where)}.`;
  return plainMessage(text);
};

const order: readonly LeftBecause[] = [
  'fired_since',
  'acknowledged',
  'over',
  'not_allowed',
  'unreadable',
  'unwritten',
  'too_many',
];

const many = (count: number): string => count.toLocaleString('en');
const leftWords: Readonly<Record<LeftBecause, (count: number) => string>> = {
  fired_since: (count) => `${many(count)} new since: nobody has ${count === 1 ? 'it' : 'them'}.`,
  acknowledged: (count) => `${many(count)} ${count === 1 ? 'was' : 'were'} acknowledged already.`,
  over: (count) => `${many(count)} ${count === 1 ? 'is' : 'are'} over by now.`,
  not_allowed: (count) => `${many(count)} you may not acknowledge.`,
  unreadable: (count) => `${many(count)} cannot be read: tell whoever runs farmhand.`,
  unwritten: (count) =>
    `${many(count)} could not be written: the records did not answer. List them again in a minute.`,
  too_many: (count) => `${many(count)} more fit: list them again.`,
};
