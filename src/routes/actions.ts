import type { ActionSpec, NewsWish } from '../alerts/model/alert.ts';
import { type TemplateNeed, templatesIn } from '../core/templates.ts';
import type { RouteAction, RouteNews } from './route.ts';

/** What the action is, in either way of writing it: `ticket` or `{ ticket: { … } }`. */
export const actionKind = (action: RouteAction): TemplateNeed | 'rebuild' | 'pager' => {
  if (typeof action === 'string') return action;
  if ('thread' in action) return 'thread';
  if ('rebuild' in action) return 'rebuild';
  if ('pager' in action) return 'pager';
  return 'ticket' in action ? 'ticket' : 'api_task';
};

export const asksForThread = (actions: readonly RouteAction[]): boolean =>
  actions.some((action) => actionKind(action) === 'thread');

/** The actions besides the thread, in their order. Templates stay texts: the action worker fills them. */
export const actionSpecs = (actions: readonly RouteAction[]): readonly ActionSpec[] =>
  actions.flatMap((action): ActionSpec[] => {
    if (action === 'ticket') return [{ kind: 'ticket' }];
    if (typeof action === 'string' || 'thread' in action) return [];
    if ('ticket' in action) {
      const { project, issue_type, summary, labels, fields, settle, resolved, refired } = action.ticket;
      return [
        {
          kind: 'ticket',
          ...(project !== undefined && { project }),
          ...(issue_type !== undefined && { issueType: issue_type }),
          ...(summary !== undefined && { summary }),
          ...(labels !== undefined && { labels }),
          ...(fields !== undefined && { fields }),
          settle,
          ...(resolved && { resolved: newsWish(resolved) }),
          ...(refired && { refired: newsWish(refired) }),
        },
      ];
    }
    if ('pager' in action) return [{ kind: 'pager', ...action.pager }];
    if ('rebuild' in action) {
      const { instance, forced, farmers, reason, run } = action.rebuild;
      return [
        {
          kind: 'rebuild',
          instance,
          forced,
          run,
          ...(farmers !== undefined && { farmers }),
          ...(reason !== undefined && { reason }),
        },
      ];
    }
    const { task, params, idempotency_key, attempts, backoff } = action.api_task;
    return [
      {
        kind: 'api_task',
        task,
        params,
        ...(idempotency_key !== undefined && { idempotencyKey: idempotency_key }),
        attempts,
        backoff,
      },
    ];
  });

const newsWish = ({ comment, transition }: RouteNews): NewsWish => ({
  ...(!comment && { silent: true }),
  ...(transition && { move: transition }),
});

/** Every template of an action with its path below the action. */
export const actionTemplates = (
  action: RouteAction,
): readonly { readonly path: readonly (string | number)[]; readonly text: string }[] => {
  if (typeof action === 'string' || 'thread' in action || 'pager' in action) return [];
  if ('ticket' in action) {
    const { summary, labels = [], fields = {} } = action.ticket;
    return [
      ...(summary === undefined ? [] : [{ path: ['ticket', 'summary'], text: summary }]),
      ...labels.map((text, i) => ({ path: ['ticket', 'labels', i], text })),
      ...Object.entries(fields).flatMap(([name, value]) =>
        templatesIn(value).map((text) => ({ path: ['ticket', 'fields', name], text })),
      ),
    ];
  }
  if ('rebuild' in action) {
    const { instance, reason } = action.rebuild;
    return [
      { path: ['rebuild', 'instance'], text: instance },
      ...(reason === undefined ? [] : [{ path: ['rebuild', 'reason'], text: reason }]),
    ];
  }
  const { params, idempotency_key } = action.api_task;
  return [
    ...Object.entries(params).map(([key, text]) => ({ path: ['api_task', 'params', key], text })),
    ...(idempotency_key === undefined
      ? []
      : [{ path: ['api_task', 'idempotency_key'], text: idempotency_key }]),
  ];
};

/** An action in a word or two: `thread`, `ticket`, `api_task bounce`, `rebuild at once`. */
export const describeAction = (action: RouteAction): string => {
  if (typeof action === 'string') return action;
  if ('pager' in action) return `pager ${action.pager.to}`;
  if ('api_task' in action) return `api_task ${action.api_task.task}`;
  if ('rebuild' in action) return `rebuild ${action.rebuild.run ? 'at once' : 'proposed'}`;
  return actionKind(action);
};
