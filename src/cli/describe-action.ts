import { actionKind, type RouteAction } from '../routes/actions.ts';

/** An action in a word or two: `thread`, `ticket`, `api_task bounce`. */
export const describeAction = (action: RouteAction): string =>
  typeof action !== 'string' && 'api_task' in action
    ? `api_task ${action.api_task.task}`
    : actionKind(action);
