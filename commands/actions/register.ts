import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { actionIds } from '../../views/ids.ts';
import type { CommandDeps } from '../deps.ts';
import { acknowledge } from './acknowledge.ts';
import { openDetails } from './open-details.ts';
import { openSilence } from './open-silence.ts';
import { openTicket } from './open-ticket.ts';
import { raiseTicket } from './raise-ticket.ts';
import { registerRebuildActions } from './register-rebuilds.ts';
import { unacknowledge } from './unacknowledge.ts';

type Click = BlockAction<ButtonAction>;

export const registerActions = (app: App, deps: CommandDeps): void => {
  app.action<Click>(actionIds.acknowledge, acknowledge(deps));
  app.action<Click>(actionIds.unacknowledge, unacknowledge(deps));
  app.action<Click>(actionIds.silence, openSilence(deps));
  app.action<Click>(actionIds.ticket, raiseTicket(deps));
  app.action<Click>(actionIds.openTicket, openTicket());
  app.action<Click>(actionIds.details, openDetails(deps));
  registerRebuildActions(app, deps);
};
