import { formatDuration } from '../../../core/duration.ts';
import { sentence } from '../../../core/text.ts';
import type { EndedFreeze, Freeze } from '../../model/rules/freezes.ts';
import { type StepName, stepTitle } from '../../model/steps.ts';
import type { NewsWords } from '../message.ts';
import { freezesWords, placeWords, thawWords } from './freezes.ts';

const nameOf = ({ by }: Pick<Freeze, 'by'>): string => by.name ?? by.id;
const inStep = (step: StepName | undefined): string => (step ? ` in the step ${stepTitle[step]}` : '');

const kept = 'Its farm stays up and computes; nothing is begun, nothing is taken down, and no limit runs.';

const howItEnded = (freeze: EndedFreeze): string => {
  const { thawed, until } = freeze;
  const whose = `${nameOf(freeze)}’s freeze of ${placeWords(freeze)}`;
  if (!thawed) return `${whose} is over${until === undefined ? '' : ': its time has come'}.`;
  const by = thawed.by.name ?? thawed.by.id;
  return `${whose} was thawed by ${by}${thawed.why === undefined ? '.' : `: ${sentence(thawed.why)}`}`;
};

/** What a rebuild says of being frozen and thawed. */
export const freezeNews = {
  /** `more`: it was frozen already, and by something else. */
  frozen: ({
    freezes,
    step,
    ending,
    more,
  }: {
    readonly freezes: readonly Freeze[];
    readonly step?: StepName | undefined;
    readonly ending: boolean;
    readonly more: boolean;
  }) => ({
    text: `${more ? 'Still frozen' : 'Frozen'}${inStep(step)}: ${freezesWords(freezes)}. ${ending ? 'What is up is taken down after the thaw.' : kept} ${thawWords(freezes)}`,
    note: 'frozen',
    entry: 'change',
    topic: 'freeze',
    mark: 'pause',
    marked: 'frozen',
  }),
  still_frozen: ({ freezes, ms }: { readonly freezes: readonly Freeze[]; readonly ms: number }) => ({
    text: `Still frozen, for ${formatDuration(ms)} now: ${freezesWords(freezes)}. ${thawWords(freezes)}`,
    note: 'still_frozen',
  }),
  freeze_ends_soon: ({
    freezes,
    ms,
    step,
  }: {
    readonly freezes: readonly Freeze[];
    readonly ms: number;
    readonly step?: StepName | undefined;
  }) => ({
    text: `The freeze ends in ${formatDuration(ms)}: ${freezesWords(freezes)}. Then the rebuild goes on by itself${inStep(step)}. Who needs longer freezes again before that: /dcr freeze ${freezes[0]?.instance ?? 'all'} <why> for 2h.`,
    note: 'still_frozen',
  }),
  /** `glass`: it goes past freezes that hold. */
  thawed: ({
    ended,
    lastedMs,
    step,
    ending,
    glass,
  }: {
    readonly ended: readonly EndedFreeze[];
    readonly lastedMs: number;
    readonly step?: StepName | undefined;
    readonly ending: boolean;
    readonly glass: boolean;
  }) => ({
    text: [
      glass
        ? `Goes on under the broken glass, although it is frozen, after ${formatDuration(lastedMs)}.`
        : `Thawed, after ${formatDuration(lastedMs)}.`,
      ...ended.map(howItEnded),
      ending
        ? 'What is up is taken down now.'
        : `The rebuild goes on${inStep(step)}; that time does not count towards any limit.`,
    ].join(' '),
    note: 'thawed',
    entry: 'change',
    topic: 'freeze',
    mark: 'resume',
    marked: 'thawed',
  }),
} satisfies Record<string, (facts: never) => NewsWords>;
