import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { context, type Message } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { ownLink, permalink } from '../../links.ts';
import { cardButtons } from '../../rebuild/buttons.ts';
import { rebuildLine } from '../../rebuild/words.ts';
import { cardHead, particulars } from './rebuild-card.ts';

/** How a rebuild stands, for one person: all that its card tells, without the card's key, never taken for it. */
export const rebuildStatus = (rebuild: Rebuild, ctx: ViewContext): Message => {
  const { above, steps, plan, below } = particulars(rebuild, ctx);
  const thread = context(ownLink(permalink(ctx, rebuild.card.channel, rebuild.card.ts), 'Its thread'));
  const head = cardHead(rebuild);
  const buttons = cardButtons(rebuild);
  return {
    text: rebuildLine(rebuild),
    blocks: [head, ...above, steps, ...below, ...thread, buttons],
    rich: [head, ...above, buttons, ...plan, ...below, ...thread],
  };
};
