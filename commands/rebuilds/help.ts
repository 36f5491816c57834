import type { Message } from '../../views/blocks.ts';
import { dcrHelp } from '../../views/messages/rebuild-answers.ts';
import { dcrVerbs } from '../parse/dcr-usage.ts';
import { rebuildReplies } from '../parse/rebuild-words.ts';

/** All that can be said of rebuilds. */
export const rebuildHelp = (bot: string | undefined): Message =>
  dcrHelp(
    Object.values(dcrVerbs).map(({ usage, does }) => ({ usage: `/dcr ${usage}`, does })),
    rebuildReplies,
    bot === undefined ? undefined : { id: bot },
  );
