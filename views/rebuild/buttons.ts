import type { types } from '@slack/bolt';
import { offeredVerbs } from '../../src/rebuild/model/allowed.ts';
import { pendingOf } from '../../src/rebuild/model/approval.ts';
import type { CommandVerb } from '../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { mostFarmers } from '../../src/rebuild/model/rules/controlled.ts';
import { statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { actions, type Block, button } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { plain } from '../escape.ts';
import { actionIds, approveValue, blockIds, offerValue, startValue } from '../ids.ts';
import { limits } from '../limits.ts';
import { ownUrl, permalink } from '../links.ts';
import { reviewButton } from './glass.ts';

type Button = types.Button;

/**
 * Buttons that the state of the rebuild allows, the next step first; danger last. `inFull`: they stand under all that
 * would be approved, so the approve button carries its hash; elsewhere it shows that first.
 */
export const rebuildButtons = (rebuild: Rebuild, inFull = false): Button[] => {
  const offered = offeredVerbs(rebuild);
  return order(rebuild)
    .filter((verb) => offered.includes(verb))
    .map((verb) => (verb === 'approve' ? approveButton(rebuild, inFull) : verbButton(verb, rebuild)));
};

/** `inFull`: all that it approves stands above it. */
export const approveButton = (rebuild: Rebuild, inFull: boolean): Button => {
  const pending = pendingOf(rebuild);
  if (!inFull || !pending)
    return button('Approve…', actionIds.rebuildApprove, { value: rebuild.id }, 'primary');
  const label = pending.unconfirmed ? 'Confirm' : 'Approve';
  return button(
    label,
    actionIds.rebuildApprove,
    { value: approveValue(rebuild.id, pending.hash) },
    'primary',
  );
};

const order = (rebuild: Rebuild): readonly CommandVerb[] =>
  statusOfRebuild(rebuild) === 'waiting for a person'
    ? ['retry', 'approve', 'withdraw', 'revoke', 'override', 'scale', 'pause', 'cancel']
    : ['approve', 'withdraw', 'revoke', 'resume', 'retry', 'scale', 'pause', 'override', 'cancel'];

const verbButton = (verb: CommandVerb, { id, pause }: Rebuild): Button => {
  const to = { value: id };
  switch (verb) {
    case 'resume':
      return button(
        pause?.state === 'pausing' ? 'Don’t pause' : 'Resume',
        actionIds.rebuildResume,
        to,
        'primary',
      );
    case 'retry':
      return button('Retry', actionIds.rebuildRetry, to, 'primary');
    case 'scale':
      return button('Scale…', actionIds.rebuildScale, to);
    case 'pause':
      return button('Pause…', actionIds.rebuildPause, to);
    case 'override':
      return button('Override…', actionIds.rebuildOverride, to);
    case 'withdraw':
      return button('Withdraw', actionIds.rebuildWithdraw, to);
    case 'revoke':
      return button('Take back approval', actionIds.rebuildRevoke, to);
    case 'cancel':
      return button('Cancel…', actionIds.rebuildCancel, to, 'danger');
    default:
      return button('Status', actionIds.rebuildStatus, to);
  }
};

/** The row under a card: what may be asked, how it stands, its ticket; after the end, a way to the next one. */
export const cardButtons = (rebuild: Rebuild): Block => {
  const { name } = rebuild.plan.instance;
  const own = rebuildButtons(rebuild, true);
  const danger = own.filter(({ style }) => style === 'danger');
  return actions(blockIds.rebuildButtons, [
    ...reviewButton(rebuild),
    ...own.filter(({ style }) => style !== 'danger'),
    button('Status', actionIds.rebuildStatus, { value: rebuild.id }),
    ...ticketButton(rebuild),
    ...(hasEnded(rebuild) ? [startButton('Start again…', name)] : []),
    ...danger,
  ]);
};

const ticketButton = ({ ticket }: Rebuild): Button[] => {
  const url = ownUrl(ticket.url);
  if (ticket.key === undefined || url === undefined || url.length > limits.url) return [];
  return [button(`Open ${plain(ticket.key, 40)}`, actionIds.rebuildOpen, { url })];
};

/** Opens the start form with the instance filled in; the form alone where its name cannot travel in a button. */
export const startButton = (label: string, instance?: string, style?: 'primary'): Button => {
  const known = instance !== undefined && /^[a-z0-9][a-z0-9-]{0,79}$/.test(instance);
  return button(label, actionIds.rebuildStart, { value: startValue(known ? { instance } : {}) }, style);
};

/** One click scales to the number that was offered. */
export const offerButtons = (rebuild: Rebuild): Button[] => {
  const { offer, id } = rebuild;
  if (!offer || !offeredVerbs(rebuild).includes('scale') || !isCount(offer.farmers)) return [];
  const to = { value: offerValue(id, offer.farmers) };
  return [button(`Scale to ${offer.farmers}`, actionIds.rebuildScaleTo, to, 'primary')];
};

/** Whose number of farmers counts; only what would not be refused. */
export const driftButtons = (rebuild: Rebuild): Button[] => {
  const { drift, id, farmers } = rebuild;
  if (!drift || drift.settled || drift.role !== 'farmer' || !offeredVerbs(rebuild).includes('scale'))
    return [];
  const fits = (n: number): boolean => isCount(n) && n >= farmers.minimum && n <= mostFarmers(rebuild);
  const { found, expected } = drift;
  return [
    ...(fits(found)
      ? [button(`Keep ${found}`, actionIds.rebuildKeepDrift, { value: offerValue(id, found) })]
      : []),
    ...(fits(expected)
      ? [button(`Back to ${expected}`, actionIds.rebuildUndoDrift, { value: offerValue(id, expected) })]
      : []),
  ];
};

/** A way to the card, where its address is known. */
export const openCard = ({ card }: Rebuild, ctx: ViewContext): Button[] => {
  const url = ownUrl(permalink(ctx, card.channel, card.ts));
  return url === undefined ? [] : [button('Open the card', actionIds.rebuildOpen, { url })];
};

/** A row of buttons; no row where there is none. */
export const row = (id: string, buttons: readonly Button[]): Block[] =>
  buttons.length === 0 ? [] : [actions(id, [...buttons])];

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 1 && n <= 9999;
