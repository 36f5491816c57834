import type { types } from '@slack/bolt';
import { plain } from '../escape.ts';
import { limits } from '../limits.ts';
import { inlinesOf, richText } from './inlines.ts';

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: types.TaskCardBlock['status'];
  /** mrkdwn that went through `escape.ts`. */
  readonly details?: string;
}

/** Slack's example of a plan has no `type` on its tasks; alone, a task card has one. */
export const planOf = (title: string, tasks: readonly Task[]): types.PlanBlock => ({
  type: 'plan',
  title: plain(title, limits.header) || ' ',
  tasks: tasks.map(({ id, title: name, status, details = '' }) => ({
    task_id: plain(id, limits.taskId),
    title: plain(name, limits.header) || ' ',
    status,
    ...(details !== '' && { details: richText(inlinesOf(details)) }),
  })),
});
