import type { App } from '@slack/bolt';
import { withoutAnyNull } from '../src/core/json.ts';

/**
 * Lets Bolt and its listeners see no field that is null: Bolt reads a click's `channel` before any listener does, and
 * falls over one of null, although its types allow none.
 */
export const withoutNullFields = (app: App): void => {
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    const body = withoutAnyNull(event.body);
    return process(isBody(body) ? { ...event, body } : event);
  };
};

const isBody = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
