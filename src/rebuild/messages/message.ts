import type { Announcement } from '../model/transition.ts';

/** How news read, and who hears of them. `what` is the journal's word: the code where absent. */
export type NewsWords = Omit<Announcement, 'what'> & { readonly what?: string };
