import type { ActionResult, TicketBody, TicketPort, TicketRequest } from '../../alerts/ports/ports.ts';
import { createJiraApi } from './adapter.ts';
import type { JiraConfig } from './client/jira-api.ts';
import { type Measure, webAddress } from './documents/document.ts';
import { issueFields, labelOf } from './documents/issue-fields.ts';
import { moreFields } from './more-fields.ts';
import { createIssueRaiser, type IssueRequest, type IssueResult, type JiraDeps } from './raise-issue.ts';
import { tellTicket } from './tell-ticket.ts';

/** Tickets of alerts: one for each key, which becomes its label; and what they are told later. */
export const createJiraTickets = (config: JiraConfig, deps: JiraDeps): TicketPort => {
  const raiser = createIssueRaiser(config, deps);
  const { http, now = Date.now } = deps;
  const api = createJiraApi(config, http, now);
  return {
    raise: async (request) => {
      const issue = issueOf(request, config, raiser.measure);
      const { project, issuetype } = issue.fields;
      const form = { project: project.key, issueType: issuetype.name, fields: request.fields ?? {} };
      const more = await moreFields(
        api,
        config,
        form,
        'alert_fields of jira or fields of the route’s ticket',
      );
      if ('ok' in more) return resultOf(more);
      return resultOf(await raiser.raise({ ...issue, fields: { ...issue.fields, ...more } }));
    },
    tell: (news) => tellTicket(api, config, news, now),
  };
};

const issueOf = (request: TicketRequest, config: JiraConfig, measure: Measure): IssueRequest => {
  const label = labelOf(request.key);
  const url = threadPermalink(request.body);
  return {
    label,
    property: { key: request.key, alert: request.alertId },
    fields: issueFields(request, config, measure),
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

/** The Slack permalink among the facts: known by its path, whatever the host (Slack, GovSlack, a local one). */
export const threadPermalink = (body: TicketBody): string | undefined => {
  for (const { url } of body.facts) {
    const address = url === undefined ? undefined : webAddress(url);
    if (address !== undefined && /^\/archives\/[CDG][A-Z0-9]+\/p\d+$/.test(new URL(address).pathname)) {
      return address;
    }
  }
  return undefined;
};
