import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { actionIds } from '../../../views/ids.ts';
import { notConfiguredAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import { type CommandDeps, type RebuildSurface, rebuildSurface } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { giveUp } from '../../rebuilds/plan.ts';
import { historyOf, statusById } from '../../rebuilds/read.ts';
import { reply } from '../../reply.ts';
import type { ButtonListener } from '../alerts/on-alert.ts';
import { openTicket } from '../alerts/open-ticket.ts';
import { approve } from './approve.ts';
import { confirm } from './confirm-plan.ts';
import { discard } from './discard-plan.ts';
import { onRebuild, ordering } from './on-rebuild.ts';
import { openOrderForm, openStartForm } from './open-order.ts';
import { scaleTo } from './scale-to.ts';
import { searchInstances } from './search-instances.ts';

type Click = BlockAction<ButtonAction>;
type Listeners = Readonly<Record<string, (deps: RebuildSurface) => ButtonListener>>;

const listeners: Listeners = {
  [actionIds.rebuildConfirm]: confirm,
  [actionIds.rebuildDiscard]: discard,
  [actionIds.rebuildGiveUp]: (deps) => onRebuild(deps, (rebuild, by) => giveUp(deps, rebuild, '', by)),
  [actionIds.rebuildStart]: openStartForm,
  [actionIds.rebuildScaleTo]: (deps) => scaleTo(deps, 'the offer: the ETA passed the target'),
  [actionIds.rebuildKeepDrift]: (deps) => scaleTo(deps, 'what somebody else set shall count'),
  [actionIds.rebuildUndoDrift]: (deps) => scaleTo(deps, 'back to what this rebuild wants'),
  [actionIds.rebuildScale]: (deps) => openOrderForm(deps, 'scale'),
  [actionIds.rebuildPause]: (deps) => openOrderForm(deps, 'pause'),
  [actionIds.rebuildCancel]: (deps) => openOrderForm(deps, 'cancel'),
  [actionIds.rebuildOverride]: (deps) => openOrderForm(deps, 'override'),
  [actionIds.rebuildResume]: (deps) => ordering(deps, { verb: 'resume' }),
  [actionIds.rebuildRetry]: (deps) => ordering(deps, { verb: 'retry' }),
  [actionIds.rebuildApprove]: approve,
  [actionIds.rebuildWithdraw]: (deps) => ordering(deps, { verb: 'withdraw' }),
  [actionIds.rebuildStatus]: (deps) => onRebuild(deps, (rebuild, by) => statusById(deps, by, rebuild)),
  [actionIds.rebuildHistory]: (deps) => onRebuild(deps, (rebuild, by) => historyOf(deps, by, rebuild)),
};

export const registerRebuildActions = (app: App, deps: CommandDeps): void => {
  const surface = rebuildSurface(deps);
  for (const [id, listener] of Object.entries(listeners)) {
    app.action<Click>(id, surface ? listener(surface) : notConfigured);
  }
  app.action<Click>(actionIds.rebuildOpen, openTicket());
  if (surface) {
    app.options({ action_id: actionIds.startInstance, type: 'block_suggestion' }, searchInstances(surface));
  }
};

/** A button of the time when rebuilds were configured. */
const notConfigured: ButtonListener = async (args) => {
  await args.ack();
  await reply(placeOf(args), notConfiguredAnswer());
};
