import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { actionIds } from '../../views/ids.ts';
import type { CommandDeps } from '../deps.ts';
import { acknowledge } from './alerts/acknowledge.ts';
import { openDetails } from './alerts/open-details.ts';
import { openSilence } from './alerts/open-silence.ts';
import { openTicket } from './alerts/open-ticket.ts';
import { raiseTicket } from './alerts/raise-ticket.ts';
import { unacknowledge } from './alerts/unacknowledge.ts';
import { registerRebuildActions } from './rebuilds/register-rebuilds.ts';

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
