import type { ViewContext } from '../../../views/context.ts';
import { alertNotes } from '../../../views/messages/alert-notes.ts';
import { alertRoot } from '../../../views/messages/alert-root.ts';
import { digestMessage } from '../../../views/messages/digest.ts';
import type { ThreadViews } from './threads.ts';

/** farmhand's own views for `createSlackThreads`; `context` is asked anew for each rendering. */
export const threadViews = (context: () => ViewContext): ThreadViews => ({
  root: (facts) => alertRoot(facts, context()),
  notes: (facts, notes) => alertNotes(facts, notes, context()),
  digest: (digest) => digestMessage(digest, context()),
});
