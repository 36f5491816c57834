import { counted } from '../../../core/text.ts';
import type { RuleBar } from '../../model/rules/barred.ts';
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

export const frozenBar = ({ verb, frozen, instance, breakers }: Bar<'frozen'>): string =>
  frozen.freezes
    ? `${notDone[verb]}: ${frozenWords(frozen)}. Nothing was changed, and nothing is while it is frozen; its farm stays up. Pause and cancel are always possible; what is cancelled is taken down after the thaw. ${thawWords(frozen.freezes)} ${breakersWords(breakers, instance)}`
    : `${notDone[verb]}: ${frozenWords(frozen)}. Nothing was changed; what runs goes on. Pause and cancel are always possible. ${breakersWords(breakers, instance)}`;

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
