import type { App } from '@slack/bolt';
import { withoutAnyNull } from '../src/core/json.ts';
import { actionIds, callbackIds } from '../views/ids.ts';
import { registerButtons } from './buttons.ts';
import { appMention, threadReply } from './events/message.ts';
import { createHomeKeeper, refreshHome } from './home/keeper.ts';
import { errorBoundary } from './middleware/boundary.ts';
import { membersOnly } from './middleware/members-only.ts';
import { onlyOnce } from './middleware/once.ts';
import { submitOrder, submitOverride, submitReview } from './modals/order.ts';
import { submitSilence } from './modals/silence.ts';
import { submitSilenceListed } from './modals/silence-listed.ts';
import { searchInstances, submitStart } from './modals/start.ts';
import { type CommandDeps, rebuildSurface } from './shared/deps.ts';
import { withForms } from './shared/reply.ts';
import { alertsCommand } from './slash/alerts.ts';
import { dcrCommand } from './slash/dcr.ts';
import { slashCommands } from './surface.ts';

/** Everything people can say to farmhand. The order of the middleware matters: what fails ends at the boundary. */
export const registerCommands = (app: App, deps: CommandDeps): void => {
  withoutNullFields(app);
  app.use(withForms(deps.forms));
  app.use(errorBoundary(deps));
  app.use(onlyOnce(deps));
  app.use(membersOnly(deps));
  const home = createHomeKeeper(deps);
  app.use(refreshHome(deps, home));

  app.command(slashCommands.alerts.command, alertsCommand(deps));
  app.command(slashCommands.dcr.command, dcrCommand(deps));
  registerButtons(app, deps);
  registerModals(app, deps);
  app.event('app_home_opened', async ({ event, client }) => {
    // Its other tab, Messages, is none of farmhand's business.
    if (event.tab === 'home') await home.opened(client, { id: event.user });
  });
  app.event('app_mention', appMention(deps));
  app.event('message', threadReply(deps));
};

const registerModals = (app: App, deps: CommandDeps): void => {
  const surface = rebuildSurface(deps);
  const submits = {
    [callbackIds.silence]: submitSilence(deps),
    [callbackIds.silenceListed]: submitSilenceListed(deps),
    ...(surface && {
      [callbackIds.rebuildStart]: submitStart(surface),
      [callbackIds.rebuildOrder]: submitOrder(surface),
      [callbackIds.rebuildOverride]: submitOverride(surface),
      [callbackIds.rebuildReview]: submitReview(surface),
    }),
  };
  for (const [id, submit] of Object.entries(submits)) {
    app.view({ callback_id: id, type: 'view_submission' }, submit);
  }
  if (!surface) return;
  app.options({ action_id: actionIds.startInstance, type: 'block_suggestion' }, searchInstances(surface));
};

/**
 * Lets Bolt and its listeners see no field that is null: Bolt reads a click's `channel` before any listener does, and
 * falls over one of null, although its types allow none.
 */
const withoutNullFields = (app: App): void => {
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    const body = withoutAnyNull(event.body);
    return process(isBody(body) ? { ...event, body } : event);
  };
};

const isBody = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
