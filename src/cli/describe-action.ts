import { actionKind } from '../routes/actions.ts';
import type { RouteAction } from '../routes/route.ts';

/** An action in a word or two: `thread`, `ticket`, `api_task bounce`, `rebuild at once`. */
export const describeAction = (action: RouteAction): string =>
  typeof action === 'string'
    ? action
    : 'api_task' in action
      ? `api_task ${action.api_task.task}`
      : 'rebuild' in action
        ? `rebuild ${action.rebuild.run ? 'at once' : 'proposed'}`
        : actionKind(action);
