import type { ApproverClosing } from '../../../src/rebuild/approvers/message.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { actions, button, context, dotted, type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline } from '../../escape.ts';
import { actionIds, blockIds } from '../../ids.ts';
import { ownUrl, permalink } from '../../links.ts';
import { approvalTexts } from '../../rebuild/approval.ts';
import { approveButton } from '../../rebuild/buttons.ts';
import { localTime, who } from '../../words.ts';

/**
 * To one person who may approve: all that they would approve, and the button for exactly that. With `closing`: what
 * became of it, and no button that asks anything.
 */
export const approverMessage = (
  rebuild: Rebuild,
  closing: ApproverClosing | undefined,
  ctx: ViewContext,
): Message => {
  const { name } = rebuild.plan.instance;
  const pending = closing ? undefined : pendingOf(rebuild);
  const open = openButton(rebuild, ctx);
  if (!pending) {
    const text = `${inline(name, 80)}: ${closingText(closing)}`;
    return {
      text,
      blocks: [
        section(`*${inline(name, 80)}* · ${code(rebuild.id, 120)}\n${closingText(closing)}`),
        ...(open.length > 0 ? [actions(blockIds.approverButtons, open)] : []),
      ],
    };
  }
  const asks = pending.unconfirmed ? 'a confirmation' : 'your approval, or a colleague’s';
  const what = pending.kind === 'plan' ? 'The rebuild of' : 'A change to the rebuild of';
  const lead = `${what} *${inline(name, 80)}* waits for ${asks}`;
  const why = inline(rebuild.reason, 300);
  return {
    text: `${what} ${inline(name, 80)} waits for ${asks}`,
    blocks: [
      section(`👋 ${lead}`),
      ...approvalTexts(rebuild).map((text) => section(text)),
      actions(blockIds.approverButtons, [approveButton(rebuild, true), ...open]),
      ...context(
        `Started by ${who(rebuild.by)} ${localTime(rebuild.at)}${why === '' ? '' : `: ${why}`}`,
        dotted(code(rebuild.id, 120), 'your role lets you approve it; one approval is enough'),
      ),
    ],
  };
};

const openButton = ({ card }: Rebuild, ctx: ViewContext) => {
  const url = ownUrl(permalink(ctx, card.channel, card.ts));
  return url === undefined ? [] : [button('Open the card', actionIds.rebuildOpen, { url })];
};

const closingText = (closing: ApproverClosing | undefined): string => {
  switch (closing?.how) {
    case 'approved':
      return `✅ Approved by ${who(closing.by)} ${localTime(closing.at)}. Nothing is needed from you.`;
    case 'confirmed':
      return `☑️ Confirmed by ${who(closing.by)} ${localTime(closing.at)}. Another person must still approve it.`;
    case 'withdrawn':
      return `↩️ Withdrawn by ${who(closing.by)} ${localTime(closing.at)}: nobody need approve it any more.`;
    case 'lapsed':
      return `⌛ Approved by ${who(closing.by)} ${localTime(closing.at)}, and nothing was begun in time: that approval does not count any more. It is asked for again, as it would be now.`;
    case 'ended': {
      const by = closing.by ? ` by ${who(closing.by)}` : '';
      const why = inline(closing.reason ?? '', 300);
      return `⏹️ Ended${by} ${localTime(closing.at)}${why === '' ? '' : `: ${why}`}. Nobody need approve it any more.`;
    }
    case 'not_theirs':
      return '🚫 You cannot approve this any more: your role does not let you, or you asked for a part of it. Nothing is needed from you.';
    case 'replaced':
      return '♻️ Replaced: something else is asked for by now. What was shown here cannot be approved any more.';
    case undefined:
      return 'Nothing waits for an approval here any more.';
    default:
      return closing satisfies never;
  }
};
