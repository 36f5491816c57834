import { counted } from '../../../core/text.ts';
import type { RuleBar } from '../../model/rules/barred.ts';
import type { Freeze } from '../../model/rules/freezes.ts';
import type { Frozen } from '../../model/rules/windows.ts';
import { thawWords } from './freezes.ts';
import { frozenWords } from './frozen.ts';

type Bar<Code extends RuleBar['code']> = Extract<RuleBar, { code: Code }>;

/** Who may do it all the same, and how. `breakers`: roles with whom to ask. */
export const breakersWords = (breakers: readonly string[], instance: string): string =>
  breakers.length === 0
    ? 'Nobody may break the glass: no role has the verb break_glass (access in farmhand.yml).'
    : `If it cannot wait, whoever holds ${breakers.join(' or ')} may break the glass: /dcr break-glass ${instance} <why>.`;

const notDone = {
  scale: 'Not scaled',
  override: 'Not overridden',
  resume: 'Not resumed',
  retry: 'Not tried again',
  approve: 'Not approved',
};

/** The freeze that ends last, in full: it is what somebody has to wait for. The others are counted. */
const barWords = (frozen: Frozen): string => {
  const { freezes = [] } = frozen;
  const endOf = ({ until = Number.POSITIVE_INFINITY }: Freeze): number => until;
  const [last, ...others] = freezes.toSorted((a, b) => endOf(b) - endOf(a));
  if (!last || others.length === 0) return frozenWords(frozen);
  const more = `${counted(others.length, 'more freeze')} ${others.length === 1 ? 'holds' : 'hold'}`;
  return `${frozenWords({ ...frozen, freezes: [last] })}; ${more}`;
};

export const frozenBar = ({ verb, frozen, instance, breakers }: Bar<'frozen'>): string => {
  if (!frozen.freezes) {
    return `${notDone[verb]}: ${frozenWords(frozen)}. Nothing was changed; what runs goes on. Pause and cancel are always possible. ${breakersWords(breakers, instance)}`;
  }
  // Nobody may: then it is the thaw that helps.
  const glass = breakers.length === 0 ? [] : [breakersWords(breakers, instance)];
  return [
    `${notDone[verb]}: ${barWords(frozen)}.`,
    'Nothing was changed; its farm stays up, pause and cancel work.',
    thawWords(frozen.freezes),
    ...glass,
  ].join(' ');
};

export const limitBar = ({ farmers, limit }: Bar<'farmers_limit'>): string =>
  `Not scaled: ${counted(farmers, 'farmer')} are more than the rule ${limit.rule} of policy allows, which is ${limit.value}. Nothing was changed.`;

export const changeBar = ({ from, to, share, least, most }: Bar<'change_limit'>): string =>
  `Not scaled: from ${from} to ${to} farmers is too much at one time: the rule ${share.rule} of policy allows a change of ${Math.round(share.value * 100)} % of those that are there. Nothing was changed. Any number from ${least} to ${most} is within it.`;

const destroys = {
  cancel: 'It takes down what is up, and the work done so far is lost',
  force: 'A forced rebuild ignores what is there already',
  skip_step: 'What a skipped step would have done is not done',
  drop_guardian: 'Without its guardian the instance has no fresh data until the next rebuild',
};

export const untypedBar = ({ what, instance, typed }: Bar<'name_not_typed'>): string =>
  `${typed === undefined ? '' : `“${typed}” is not the name of the instance. `}${destroys[what]}, so the name of the instance must be typed for it: ${instance}. ${what === 'cancel' ? `Use the button and its form, or add to the command: --confirm ${instance}` : 'Use the form of the button, which asks for it.'}`;
