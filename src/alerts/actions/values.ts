import type { TemplateValues } from '../../core/templates.ts';
import type { Alert } from '../model/alert.ts';

/** The link to a message, from the workspace's address; undefined while that is not known. */
export type PermalinkOf = (channel: string, ts: string) => string | undefined;

/** What templates of an alert's actions can be filled with now. */
export const templateValues = (alert: Alert, permalink: PermalinkOf): TemplateValues => {
  const ticket = outcomeOf(alert, 'ticket');
  const task = outcomeOf(alert, 'api_task');
  const { thread, channel } = alert;
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    name: alert.name,
    severity: alert.severity,
    tier: alert.tier,
    ...(alert.cluster !== undefined && { cluster: alert.cluster }),
    summary: alert.summary,
    type: alert.type,
    source: alert.source,
    status: alert.status,
    alert: { id: alert.id },
    ...(thread.state === 'open' && {
      thread: { permalink: permalink(channel, thread.ts) ?? '', channel, ts: thread.ts },
    }),
    ...(ticket && { ticket: { key: ticket.id, url: ticket.url ?? '' } }),
    ...(task && { api_task: { id: task.id } }),
  };
};

const outcomeOf = (alert: Alert, kind: 'ticket' | 'api_task') =>
  alert.actions.find((action) => action.kind === kind && action.state === 'done')?.outcome;

/** `https://team.slack.com/` and a message to its link, as Slack builds it. */
export const permalinkFrom =
  (teamUrl: () => string | undefined): PermalinkOf =>
  (channel, ts) => {
    const base = teamUrl();
    return base === undefined
      ? undefined
      : `${base.replace(/\/$/, '')}/archives/${channel}/p${ts.replace('.', '')}`;
  };
