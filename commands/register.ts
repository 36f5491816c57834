import type { App } from '@slack/bolt';
import { registerActions } from './actions/register.ts';
import type { CommandDeps } from './deps.ts';
import { registerEvents } from './events/register.ts';
import { createHomeKeeper } from './home/keeper.ts';
import { refreshHome } from './home/refresh.ts';
import { errorBoundary } from './middleware/boundary.ts';
import { membersOnly } from './middleware/members-only.ts';
import { onlyOnce } from './middleware/once.ts';
import { registerModals } from './modals/register.ts';
import { registerSlashCommands } from './slash/register.ts';
import { withoutNullFields } from './without-nulls.ts';

/** Everything people can say to farmhand. The order of the middleware matters: what fails ends at the boundary. */
export const registerCommands = (app: App, deps: CommandDeps): void => {
  withoutNullFields(app);
  app.use(errorBoundary(deps));
  app.use(onlyOnce(deps));
  app.use(membersOnly(deps));
  const home = createHomeKeeper(deps);
  app.use(refreshHome(deps, home));
  registerSlashCommands(app, deps);
  registerActions(app, deps);
  registerModals(app, deps);
  registerEvents(app, deps, home);
};
