import type { App } from '@slack/bolt';
import { callbackIds } from '../../views/ids.ts';
import { type CommandDeps, rebuildSurface } from '../deps.ts';
import { submitOrder, submitOverride } from './submit-order.ts';
import { submitSilence } from './submit-silence.ts';
import { submitStart } from './submit-start.ts';

export const registerModals = (app: App, deps: CommandDeps): void => {
  app.view({ callback_id: callbackIds.silence, type: 'view_submission' }, submitSilence(deps));
  const surface = rebuildSurface(deps);
  if (!surface) return;
  app.view({ callback_id: callbackIds.rebuildStart, type: 'view_submission' }, submitStart(surface));
  app.view({ callback_id: callbackIds.rebuildOrder, type: 'view_submission' }, submitOrder(surface));
  app.view({ callback_id: callbackIds.rebuildOverride, type: 'view_submission' }, submitOverride(surface));
};
