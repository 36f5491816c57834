import type { App } from '@slack/bolt';
import { isObject } from '../../../core/json.ts';

/**
 * Acknowledges what needs no answer before anything else is done, so that no slow part makes Slack give up after 3 s and
 * tell the person that it did not work. Whoever acknowledges later does so in vain. Modals and the options of selects are
 * answered by their listeners.
 */
export const acknowledgeFirst = (app: App): void => {
  const process = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    let acknowledged = false;
    const ack: typeof event.ack = async (response) => {
      if (acknowledged) return;
      acknowledged = true;
      await event.ack(response);
    };
    if (needsNoAnswer(event.body)) await ack();
    await process({ ...event, ack });
  };
};

const needsNoAnswer = (body: unknown): boolean =>
  isObject(body) &&
  (typeof body['command'] === 'string' ||
    body['type'] === 'block_actions' ||
    body['type'] === 'event_callback');
