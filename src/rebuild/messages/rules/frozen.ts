import { wordsFor } from '../../../core/message.ts';
import { counted } from '../../../core/text.ts';
import { clockTime } from '../../../core/time/clock-words.ts';
import { utc } from '../../../core/utc.ts';
import type { HeldBack } from '../../model/rules/held.ts';
import type { Bound } from '../../model/rules/rules.ts';
import type { Frozen } from '../../model/rules/windows.ts';
import { freezesWords } from './freezes.ts';

/**
 * `the freeze windows weekend and audit hold until Mon 30 Nov 06:00 in New York (2026-11-30 11:00 UTC)`, and before it
 * who froze it, until when, and why.
 */
export const frozenWords = (frozen: Frozen): string => {
  const { freezes = [], names } = frozen;
  const people = freezes.length === 0 ? [] : [freezesWords(freezes)];
  return [...people, ...(names.length === 0 ? [] : [windowsWords(frozen)])].join('; and ');
};

const windowsWords = ({ names, until, zone, freezes }: Frozen): string => {
  const which =
    names.length === 1
      ? `the freeze window “${names[0]}” holds`
      : `the freeze windows ${names.map((name) => `“${name}”`).join(' and ')} hold`;
  // Until when is of all together: what people froze says its own.
  if (freezes) return which;
  return until === undefined
    ? `${which}, and no end of it is in sight: windows follow each other without a gap`
    : `${which} until ${clockTime(until, zone)}${zone === 'UTC' ? '' : ` (${utc(until)})`}`;
};

/** `the rule gov allows 24 at the most` */
const limitWords = ({ value, rule }: Bound): string =>
  `the rule ${rule} of policy allows ${value} at the most`;

/** What is held back, in a few words, steady. */
export const heldInBrief = wordsFor<HeldBack>({
  frozen: ({ frozen }) => `nothing is begun: ${frozenWords(frozen)}`,
  over_limit: ({ farmers, limit }) =>
    `nothing is begun: ${counted(farmers, 'farmer')}, and ${limitWords(limit)}`,
});

/** Why more farmers are not brought up, whole sentences. */
export const heldRaiseWords = wordsFor<HeldBack>({
  frozen: ({ frozen }) =>
    `More farmers were asked for, and they are not brought up now: ${frozenWords(frozen)}. What runs goes on as it is; they come up when that ends.`,
  over_limit: ({ farmers, limit }) =>
    `${counted(farmers, 'farmer')} were asked for, and they are not brought up: ${limitWords(limit)} by now. What runs goes on as it is; scale to a number within the limit.`,
});
