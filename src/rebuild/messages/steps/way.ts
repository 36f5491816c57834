import { type Message, wordsFrom } from '../../../core/message.ts';

/** Why a number of pods is not in the cluster: in a few steady words for the card, and all of it for a question. */
const ways = {
  unseen: ({ error }: { readonly error: string }) => ({
    brief: 'whether its commit has arrived cannot be seen',
    whole: `Whether the commit has arrived cannot be seen: ${error.replace(/\.$/, '')}.`,
  }),
  /** `says`: what it waits for, in the words of who brings it there. */
  waiting: ({ says }: { readonly says: string }) => ({
    brief: says,
    whole: `The commit has not arrived: ${says}.`,
  }),
  blocked: ({ says }: { readonly says: string }) => ({
    brief: 'its commit does not arrive, see the thread',
    whole: `The commit has not arrived: ${says}`,
  }),
  /** The last change was not even made. */
  refused: ({ error }: { readonly error: string }) => ({ brief: error, whole: error }),
};

export type Way = Message<typeof ways>;

export const wayWords = wordsFrom(ways);
