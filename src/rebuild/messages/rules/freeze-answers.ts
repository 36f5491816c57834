import { type Message, wordsFrom } from '../../../core/message.ts';
import { counted, sentence } from '../../../core/text.ts';
import type { EndedFreeze, Freeze } from '../../model/rules/freezes.ts';
import { freezesWords, freezeWords, placeWords, untilWords } from './freezes.ts';

type Says = readonly string[];

interface Held {
  readonly instance: string;
  readonly id: string;
  readonly underWay?: string;
}

const listedAtMost = 10;

const listed = (names: readonly string[]): string => {
  const left = names.length - listedAtMost;
  return `${names.slice(0, listedAtMost).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
};

const heldWords = (held: readonly Held[]): Says => {
  if (held.length === 0) return ['No rebuild is in flight there now.'];
  const busy = held.flatMap(({ id, underWay }) => (underWay === undefined ? [] : [`${id} (${underWay})`]));
  return [
    `${counted(held.length, 'rebuild')} in flight ${held.length === 1 ? 'is' : 'are'} held: ${listed(held.map(({ id }) => id))}. What is up stays up; no limit runs meanwhile.`,
    ...(busy.length === 0
      ? []
      : [`Under way at this moment, and finished: ${listed(busy)}. Nothing is begun after that.`]),
  ];
};

const nameOf = ({ by }: Pick<Freeze, 'by'>): string => by.name ?? by.id;

const meant = (near: readonly string[]): string =>
  near.length === 0 ? '' : ` Did you mean ${near.map((name) => `“${name}”`).join(' or ')}?`;

/** What whoever freezes or thaws is answered; a sentence or some each. */
const answers = {
  denied: ({
    why,
    verb,
    place,
  }: {
    readonly why: string;
    readonly verb: 'freeze' | 'thaw';
    readonly place: string;
  }): Says => [
    why,
    ...(place === 'all'
      ? [`To ${verb} all instances takes a role for all instances and all environments.`]
      : []),
    verb === 'freeze' ? 'Nothing was frozen.' : 'Nothing was thawed.',
  ],
  past: ({ until, zone }: { readonly until: number; readonly zone?: string | undefined }): Says => [
    `That is over already: ${untilWords({ until, ...(zone !== undefined && { zone }) })}. Nothing was frozen.`,
  ],
  too_long: (): Says => [
    'A freeze lasts a year at most; without an end it lasts until somebody thaws it. Nothing was frozen.',
  ],
  too_many: ({ most }: { readonly most: number }): Says => [
    `${most} freezes hold already. Thaw some first, or freeze all. Nothing was frozen.`,
  ],
  unknown_instance: ({ place, near }: { readonly place: string; readonly near: readonly string[] }): Says => [
    `I don’t know an instance “${place}”.${meant(near)} Nothing was frozen. To freeze everything: /dcr freeze all <why>.`,
  ],
  unknown_thaw: ({ place, near }: { readonly place: string; readonly near: readonly string[] }): Says => [
    `I don’t know an instance “${place}”.${meant(near)} Nothing was thawed. /dcr list shows what is frozen.`,
  ],
  /** `unknown`: why nobody could look whether there is such an instance. */
  frozen: ({
    freeze,
    replaced,
    already,
    held,
    unknown,
  }: {
    readonly freeze: Freeze;
    readonly replaced?: Freeze | undefined;
    readonly already: boolean;
    readonly held: readonly Held[];
    readonly unknown?: string | undefined;
  }): Says => [
    `${already ? 'Frozen already' : 'Frozen'}: ${placeWords(freeze)}, ${untilWords(freeze)}.`,
    `Why, as everybody reads it: “${freeze.reason}”.`,
    ...(replaced ? [`It takes the place of your freeze ${untilWords(replaced)}.`] : []),
    'Starts, scaling, overrides, retries and approvals are refused, and no step changes a cluster. Pause, cancel and status work.',
    ...heldWords(held),
    ...(unknown === undefined
      ? []
      : [
          `Whether there is such an instance could not be looked up (${sentence(unknown)}) The freeze holds for that name all the same.`,
        ]),
    `To end it: /dcr thaw ${freeze.instance ?? 'all'} <why>.`,
  ],
  /** `left`: what still holds there; after a thaw of all, anywhere. */
  thawed: ({
    place,
    ended,
    left,
  }: {
    readonly place: string;
    readonly ended: readonly EndedFreeze[];
    readonly left: readonly Freeze[];
  }): Says => {
    const where = place === 'all' ? 'all instances' : place;
    const rest = stillFrozen(place, left);
    if (ended.length === 0) {
      const none = place === 'all' ? 'No freeze of all instances holds' : `No freeze of ${place} alone holds`;
      return [`${none}. Nothing was changed.`, ...rest];
    }
    const whose = ended.map((freeze) => `${nameOf(freeze)}’s, ${untilWords(freeze)}: “${freeze.reason}”`);
    return [
      `Thawed: ${where}. Lifted: ${whose.join('; ')}.`,
      ...(rest.length === 0 ? ['Rebuilds there go on within seconds; what is paused stays paused.'] : rest),
    ];
  },
};

const stillFrozen = (place: string, left: readonly Freeze[]): Says => {
  if (left.length === 0) return [];
  const words = left.map((freeze) => `${placeWords(freeze)}: ${freezeWords(freeze)}`);
  return place === 'all'
    ? [`Still frozen by themselves: ${listed(words)}.`]
    : [
        `${place} stays frozen: ${freezesWords(left)}. One instance is not taken out of a freeze of all: /dcr thaw all <why>.`,
      ];
};

export type FreezeAnswer = Message<typeof answers>;

export const freezeAnswerWords = wordsFrom(answers);
