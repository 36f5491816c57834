import { type Message, wordsFrom } from '../../../core/message.ts';
import { counted } from '../../../core/text.ts';
import type { Frontend } from '../../model/parts/progress.ts';
import { frontendWords } from '../titles.ts';

/** What a pause cannot stop: half a sentence, which others go on with. */
const goingOn = {
  frontend: ({ name, state }: Pick<Frontend, 'name' | 'state'>) => `${name} ${frontendWords[state]}`,
  computing: ({ farmers }: { readonly farmers: number }) =>
    `${counted(farmers, 'farmer')} go on computing; their result is kept`,
  history: () => 'the history update goes on in the synchronizer',
  write: () => 'writing the caches goes on in the synchronizer',
  farmers: ({ farmers }: { readonly farmers: number }) =>
    `${counted(farmers, 'farmer')} stay up and cost money`,
  synchronizer: () => 'the synchronizer stays up',
};

export type GoingOn = Message<typeof goingOn>;

export const goingOnWords = wordsFrom(goingOn);
