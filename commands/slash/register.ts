import type { App } from '@slack/bolt';
import type { CommandDeps } from '../deps.ts';
import { slashCommands } from '../surface.ts';
import { alertsCommand } from './alerts.ts';
import { dcrCommand } from './dcr.ts';

export const registerSlashCommands = (app: App, deps: CommandDeps): void => {
  app.command(slashCommands.alerts.command, alertsCommand(deps));
  app.command(slashCommands.dcr.command, dcrCommand(deps));
};
