import type { ActionResult, TicketPort, TicketRequest } from '../../alerts/ports/ports.ts';
import type { JiraConfig } from './client/transport.ts';
import { issueFields, labelOf } from './documents/issue-fields.ts';
import { threadPermalink } from './documents/thread-link.ts';
import { createIssueRaiser, type IssueRequest, type IssueResult, type JiraDeps } from './raise-issue.ts';

/** Tickets of alerts: one for each key, which becomes its label. */
export const createJiraTickets = (config: JiraConfig, deps: JiraDeps): TicketPort => {
  const raiser = createIssueRaiser(config, deps);
  return { raise: async (request) => resultOf(await raiser.raise(issueOf(request, config))) };
};

const issueOf = (request: TicketRequest, config: JiraConfig): IssueRequest => {
  const label = labelOf(request.key);
  const url = threadPermalink(request.body);
  return {
    label,
    property: { key: request.key, alert: request.alertId },
    fields: issueFields(request, config),
    ...(url !== undefined && {
      page: { globalId: `farmhand-thread=${label}`, url, title: 'Slack thread of the alert' },
    }),
    ...(request.mayExist && { mayExist: true }),
  };
};

const resultOf = (result: IssueResult): ActionResult => {
  if (result.ok) return result;
  const { kind, ...rest } = result;
  return { ...rest, retry: kind !== 'refused' };
};
