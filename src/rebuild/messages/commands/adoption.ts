import { type Message, wordsFor, wordsFrom } from '../../../core/message.ts';
import type { Person } from '../../../core/person.ts';
import { sentence } from '../../../core/text.ts';
import type { Instance } from '../../model/parts/instance.ts';
import { type StepName, stepTitle } from '../../model/steps.ts';
import type { AdoptionFacts } from '../../ports/ports.ts';
import { foundWords, scaleByHand } from '../planning/found.ts';

interface Of {
  /** The lost rebuild's id. */
  readonly id: string;
  readonly instance: Instance;
}
interface Seen extends Of {
  readonly facts: AdoptionFacts;
}

const placeWords = {
  cluster: 'cluster',
  namespace: 'namespace',
  farmerSet: 'StatefulSet of the farmers',
  synchronizerSet: 'StatefulSet of the synchronizer',
  engine: 'engine',
  way: 'change',
} as const;

/** In what the values of now speak of another place than the card. */
export interface MovedPart {
  readonly part: keyof typeof placeWords;
  readonly was: string;
  readonly is: string;
}

const wasInFlight = (id: string): string => `${id} was in flight when farmhand lost its records`;
const notChanged = 'Nothing was changed.';

/** What a person does where farmhand cannot go on. */
const byHand = ({ id, instance }: Of): readonly string[] => [
  scaleByHand(instance),
  `When it is over, say so: /dcr recovery done ${instance.name} <why>. Its card (${id}) says so then, and /dcr start ${instance.name} plans a new one.`,
];

const noAdoption = {
  lost_is_over: ({ id, instance }: Of): readonly string[] => [
    `${id} is over, as its card says.`,
    `Say so: /dcr recovery done ${instance.name}.`,
    notChanged,
  ],
  card_lacks_memory: (lost: Seen): readonly string[] => [
    `${wasInFlight(lost.id)}, and its card does not remember enough to go on with it.`,
    ...foundWords(lost.instance, lost.facts),
    ...byHand(lost),
    notChanged,
  ],
  values_moved: (lost: Of & { readonly moved: readonly MovedPart[] }): readonly string[] => {
    const moved = lost.moved.map(({ part, was, is }) => `${placeWords[part]} ${was} before, ${is} now`);
    return [
      `${wasInFlight(lost.id)}, and the values of ${lost.instance.name} are not the same any more: ${moved.join('; ')}. It cannot be adopted under these.`,
      ...byHand(lost),
      notChanged,
    ];
  },
  cluster_unseen: ({ id, instance, facts }: Seen): readonly string[] => [
    `${wasInFlight(id)}. It can be adopted when its cluster can be looked at.`,
    ...foundWords(instance, facts),
    notChanged,
  ],
};

/** Why a lost rebuild cannot be adopted. */
export type NoAdoption = Message<typeof noAdoption>;

/** The same, a sentence each. Plain text. */
export const noAdoptionWords = wordsFrom(noAdoption);

/** How an adopted rebuild goes on; `step` is absent at its end. */
export type GoesOn =
  | { readonly code: 'teardown' }
  | { readonly code: 'stays_paused' | 'stays_at_rest' | 'step'; readonly step?: StepName | undefined };

const titleOf = (step: StepName | undefined): string => (step ? stepTitle[step] : 'its end');

export const goesOnWords = wordsFor<GoesOn>({
  teardown: () => 'It was being ended: the teardown goes on.',
  stays_paused: ({ step }) =>
    `It was paused, and stays paused in the step ${titleOf(step)} until somebody resumes it.`,
  stays_at_rest: ({ step }) =>
    `Nobody had answered it in the step ${titleOf(step)}: its farmers stay down until somebody does.`,
  step: ({ step }) =>
    `It goes on in the step ${titleOf(step)}. Every change is looked for in the world before it is made.`,
});

/** What is not known any more of an adopted rebuild. */
export const missingWords = {
  journal: 'its journal, and the curve of its chart so far',
  orders: 'what was asked for, said or approved after its card was last brought up to date',
  ticket: 'whether its ticket was raised: that is looked up before one is raised',
} as const;

/** That it was adopted, for thread, ticket and journal; and the ticket's other paragraphs. */
export const adoptedWords = ({
  instance,
  facts,
  goesOn,
  approval,
  by,
  reason,
}: {
  readonly instance: Instance;
  readonly facts: AdoptionFacts;
  readonly goesOn: GoesOn;
  /** Another person must approve it once more. */
  readonly approval: boolean;
  /** Who started it. */
  readonly by: Person;
  readonly reason: string;
}): readonly [string, ...string[]] => [
  [
    'Adopted: farmhand had lost its records, and goes on with what this card remembered and what is there.',
    ...foundWords(instance, facts),
    goesOnWords(goesOn),
    ...(approval ? ['Nothing is changed before another person has approved it as it is.'] : []),
  ].join(' '),
  `Started by ${by.name ?? by.id}, because: ${sentence(reason)}`,
  'Missing here: what was done, asked for or said after its card was last brought up to date before the loss.',
];

/** That a person has given it up: for thread, ticket and journal, and as the reason of its end. */
export const givenUpWords = (by: Person, why: string): { readonly text: string; readonly reason: string } => {
  const because = why === '' ? '.' : `: ${sentence(why)}`;
  const untouched = 'changed nothing in the cluster for that, and does not know what became of';
  return {
    text: `Given up by ${by.name ?? by.id}, as over${because} farmhand had lost its records, ${untouched} this rebuild.`,
    reason: `given up after farmhand had lost its records${because} farmhand ${untouched} the rebuild`,
  };
};

/** An older record came back of a rebuild that is over. */
export const endedBeforeWords = 'An older copy of its record came back; its card knows that it is over.';

/** A person has said that it is over. */
export const overWords = (id: string): string =>
  `${id} is over, as you say. Nothing was changed in the cluster.`;

/** What is still up of it then, and how to end it. */
export const leftWords = (instance: Instance, facts: AdoptionFacts): readonly string[] => {
  const up = [facts.farmers, facts.synchronizer].some((seen) => !seen.ok || seen.value.wanted > 0);
  if (!up) return [`Nothing of it is up any more: /dcr start ${instance.name} plans a new one.`];
  return [
    ...foundWords(instance, facts),
    'That costs money until it is gone.',
    scaleByHand(instance),
    `After that /dcr start ${instance.name} plans a new one.`,
  ];
};
