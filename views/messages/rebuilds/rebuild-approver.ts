import type { ApproverClosing, ApproverMessage } from '../../../src/rebuild/approvers/message.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { actions, context, dotted, type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline } from '../../escape.ts';
import { blockIds } from '../../ids.ts';
import { approvalTexts } from '../../rebuild/approval.ts';
import { approversText } from '../../rebuild/approvers.ts';
import { approveButton, openCard } from '../../rebuild/buttons.ts';
import { reviewText } from '../../rebuild/glass.ts';
import { localTime, who } from '../../words.ts';
import { reviewMessage } from './rebuild-review.ts';

/**
 * To one person who may approve, or to their channel: all that would be approved, and the button for exactly that. With
 * `closing`: what became of it, and no button that asks anything.
 */
export const approverMessage = (
  rebuild: Rebuild,
  message: ApproverMessage,
  closing: ApproverClosing | undefined,
  ctx: ViewContext,
): Message => {
  const glass = rebuild.glass?.find(({ n }) => n === message.glass);
  if (glass) return reviewMessage(rebuild, glass, closing, ctx);
  const { name } = rebuild.plan.instance;
  const channel = message.user === undefined;
  const pending = closing ? undefined : pendingOf(rebuild);
  const open = openCard(rebuild, ctx);
  if (!pending) {
    const became = closingText(closing, channel);
    const text = `${inline(name, 80)}: ${became}`;
    return {
      text,
      blocks: [
        section(`*${inline(name, 80)}* · ${code(rebuild.id, 120)}\n${became}`),
        ...(open.length > 0 ? [actions(blockIds.approverButtons, open)] : []),
      ],
    };
  }
  const asks = pending.unconfirmed
    ? 'a confirmation'
    : channel
      ? 'an approval'
      : 'your approval, or a colleague’s';
  const what = pending.kind === 'plan' ? 'The rebuild of' : 'A change to the rebuild of';
  const lead = `${what} *${inline(name, 80)}* waits for ${asks}`;
  const why = inline(rebuild.reason, 300);
  return {
    text: `${what} ${inline(name, 80)} waits for ${asks}`,
    blocks: [
      section(`${channel ? '🔏' : '👋'} ${lead}`),
      ...approvalTexts(rebuild).map((text) => section(text)),
      actions(blockIds.approverButtons, [approveButton(rebuild, true), ...open]),
      ...context(
        `Started by ${who(rebuild.by)} ${localTime(rebuild.at)}${why === '' ? '' : `: ${why}`}`,
        dotted(
          code(rebuild.id, 120),
          channel
            ? 'one approval is enough; whoever asked for it cannot give it'
            : 'your role lets you approve it; one approval is enough',
        ),
        channel ? approversText(rebuild) : undefined,
      ),
    ],
  };
};

const closingText = (closing: ApproverClosing | undefined, channel: boolean): string => {
  switch (closing?.how) {
    case 'approved':
      return `✅ Approved by ${who(closing.by)} ${localTime(closing.at)}.${channel ? '' : ' Nothing is needed from you.'}`;
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
      if (channel)
        return '🚫 Asked for elsewhere: this is not the approvers’ channel of this instance any more.';
      return '🚫 You cannot approve this any more: your role does not let you, or you asked for a part of it. Nothing is needed from you.';
    case 'replaced':
      return '♻️ Replaced: something else is asked for by now. What was shown here cannot be approved any more.';
    case 'reviewed':
      return reviewText(closing);
    case undefined:
      return 'Nothing waits for an approval here any more.';
    default:
      return closing satisfies never;
  }
};
