import { span } from '../../../src/core/duration.ts';
import type { ApproverClosing } from '../../../src/rebuild/approvers/message.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { Glass } from '../../../src/rebuild/model/parts/glass.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { toReview } from '../../../src/rebuild/model/rules/controlled.ts';
import { actions, context, type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline } from '../../escape.ts';
import { blockIds } from '../../ids.ts';
import { ownLink, permalink } from '../../links.ts';
import { openCard } from '../../rebuild/buttons.ts';
import { closedLead, glassFacts, openLead, reviewButton, reviewText } from '../../rebuild/glass.ts';
import { who } from '../../words.ts';

/** In the approvers’ channel: who broke the glass, why and until when; then the button for its review, and what came of it. */
export const reviewMessage = (
  rebuild: Rebuild,
  glass: Glass,
  closing: ApproverClosing | undefined,
  ctx: ViewContext,
): Message => {
  const name = inline(rebuild.plan.instance.name, 80);
  const open = glass.endedAt === undefined;
  const reviewed = closing?.how === 'reviewed' ? closing : undefined;
  const lead = reviewed
    ? `🚨 The glass that ${who(glass.by)} broke is reviewed. ${reviewText(reviewed)}`
    : open
      ? openLead(glass)
      : closedLead(glass);
  const next = open
    ? 'Nothing is needed now. It closes by itself, and then somebody else who may approve has to review it here.'
    : 'Look at what was done, in the thread and the ticket, and say whether it was in order. Whoever broke the glass cannot.';
  const buttons = [...(reviewed ? [] : reviewButton(rebuild)), ...openCard(rebuild, ctx)];
  return {
    text: `${name}: ${reviewed ? 'a broken glass is reviewed' : open ? 'the glass is broken' : 'a broken glass is to be reviewed'}`,
    blocks: [
      section([`*${name}* · ${code(rebuild.id, 120)}`, lead, ...glassFacts(glass)].join('\n')),
      ...(buttons.length > 0 ? [actions(blockIds.approverButtons, buttons)] : []),
      ...context(reviewed ? undefined : next),
    ],
  };
};

/** Under a request in the approvers’ channel, and shown in the channel: how long it has waited. */
export const approverReminder = (rebuild: Rebuild, ofGlass: boolean, ctx: ViewContext): Message => {
  const name = inline(rebuild.plan.instance.name, 80);
  const link = ownLink(permalink(ctx, rebuild.card.channel, rebuild.card.ts), 'the card');
  const glass = ofGlass ? toReview(rebuild) : undefined;
  const since = glass?.endedAt ?? rebuild.awaited?.since ?? ctx.now;
  const text = glass
    ? `⏰ *${name}*: nobody has reviewed what ${who(glass.by)} did under a broken glass, which closed ${span(ctx.now - since)} ago. _Review…_ is above.`
    : `⏰ *${name}* has waited ${span(ctx.now - since)} for ${pendingOf(rebuild)?.unconfirmed ? 'a confirmation' : 'an approval'}. The button is above${link === undefined ? '' : `; everything is on ${link}`}.`;
  return { text, blocks: [section(text)] };
};
