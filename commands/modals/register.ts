import type { App } from '@slack/bolt';
import { callbackIds } from '../../views/ids.ts';
import type { CommandDeps } from '../deps.ts';
import { submitSilence } from './submit-silence.ts';

export const registerModals = (app: App, deps: CommandDeps): void => {
  app.view({ callback_id: callbackIds.silence, type: 'view_submission' }, submitSilence(deps));
};
