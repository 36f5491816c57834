import type { Message } from '../../views/blocks.ts';
import { dcrHelp, dcrVerbHelp } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { type DcrVerb, dcrExamples, dcrVerbs } from '../parse/dcr-usage.ts';
import { rebuildReplies } from '../parse/rebuild-words.ts';

/** All that can be said of rebuilds. */
export const rebuildHelp = (bot: string | undefined): Message =>
  dcrHelp(
    Object.values(dcrVerbs).map(({ usage, does }) => ({ usage: `/dcr ${usage}`, does })),
    rebuildReplies,
    bot === undefined ? undefined : { id: bot },
  );

/** How one thing is said. */
export const verbHelp = (verb: DcrVerb): Message =>
  dcrVerbHelp(
    { usage: `/dcr ${dcrVerbs[verb].usage}`, does: dcrVerbs[verb].does },
    dcrExamples[verb].map((example) => `/dcr ${example}`),
  );
