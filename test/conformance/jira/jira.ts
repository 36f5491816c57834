import { expect, test } from 'vitest';
import { z } from 'zod';
import type { JiraSandbox } from '../../../sandbox/jira/start.ts';
import type { TicketRequest } from '../../../src/alerts/ports/ports.ts';
import { Secret } from '../../../src/config/schema/secret.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { checkJira } from '../../../src/integrations/jira/check.ts';
import type { JiraConfig } from '../../../src/integrations/jira/client/jira-api.ts';
import { labelOf } from '../../../src/integrations/jira/documents/issue-fields.ts';
import { createJiraTickets } from '../../../src/integrations/jira/tickets.ts';
import { type Hand, hands } from './hand.ts';

/** The site of a simulator. */
export const siteOf = ({ kind, url, email, token }: JiraSandbox): JiraSite => ({
  ...{ kind, host: url, email, token, project: 'OPS', issueType: 'Task' },
});

export const handOf = ({ kind = 'cloud' }: JiraSite): Hand => hands[kind];

export interface JiraSite {
  /** Default: cloud. */
  readonly kind?: JiraConfig['kind'];
  readonly host: string;
  readonly email: string;
  readonly token: string;
  readonly project: string;
  readonly issueType: string;
}

export const jiraConfig = (site: JiraSite, change: Partial<JiraConfig> = {}): JiraConfig => ({
  ...(site.kind === 'data_center'
    ? { kind: 'data_center', personal_access_token: new Secret(site.token) }
    : { kind: 'cloud', email: site.email, api_token: new Secret(site.token) }),
  host: site.host,
  project: site.project,
  issue_type: site.issueType,
  labels: ['farmhand'],
  review_task: { as: 'own', labels: [], link_type: 'Relates', transitions: {} },
  timeout: 10_000,
  ...change,
});

let count = 0;
export const ticketRequest = (change: Partial<TicketRequest> = {}): TicketRequest => ({
  key: `a1b2c3d4e5f60718-${Date.now().toString(36)}${(count++).toString(36)}/ticket`,
  alertId: 'a1b2c3d4e5f60718-mh3x9k2c',
  summary: '[critical] HighErrorRate on payments',
  labels: ['tier prod', 'farmhand'],
  body: {
    intro:
      'Error rate is above 5 %.\nSecond line with *stars*, {code}, [a link|http://evil] and <b>tags</b>.',
    facts: [
      { name: 'Severity', value: 'critical' },
      {
        name: 'Thread',
        value: 'Slack thread',
        url: 'https://example.slack.com/archives/C0ALERTS/p1700000000000100',
      },
    ],
    labels: { alertname: 'HighErrorRate', service: 'payments', empty: '' },
    annotations: { description: 'line one\nline two\u0000\u202e', runbook: 'javascript:alert(1)' },
  },
  ...change,
});

const Ticket = z.object({
  key: z.string(),
  fields: z.object({
    summary: z.string(),
    labels: z.array(z.string()),
    issuetype: z.object({ name: z.string() }),
    project: z.object({ key: z.string() }),
    description: z.unknown(),
  }),
});

const RemoteLinks = z.array(
  z.object({ globalId: z.string().optional(), object: z.object({ url: z.string(), title: z.string() }) }),
);

const Ways = z.object({
  transitions: z.array(
    z.object({ to: z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) }) }),
  ),
});
const Comments = z.object({ comments: z.array(z.object({ body: z.unknown() })) });

/** Reads from the site as a person's script would, past the adapter. */
export const readSite = async (site: JiraSite, path: string): Promise<unknown> =>
  JSON.parse(await callSite(site, 'GET', path));

/** The same for any call; answers the text. */
export const callSite = async (
  site: JiraSite,
  method: 'GET' | 'PUT',
  path: string,
  body?: unknown,
): Promise<string> => {
  const basic = Buffer.from(`${site.email}:${site.token}`).toString('base64');
  const [api, authorization] =
    site.kind === 'data_center' ? ['/rest/api/2', `Bearer ${site.token}`] : ['/rest/api/3', `Basic ${basic}`];
  const answer = await fetch(`${site.host}${api}${path}`, {
    method,
    headers: {
      authorization,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return answer.text();
};

/** What `createJiraTickets` relies on, held against a Jira: a real site and the simulator alike. */
export const ticketsConform = (site: () => JiraSite): void => {
  test('the check finds nothing to complain of', async () => {
    await using http = openHttp();
    expect(await checkJira(jiraConfig(site()), { http })).toEqual({ problems: [], warnings: [] });
  });

  test('a ticket is raised with its labels, its document and the link to its thread', async () => {
    await using http = openHttp();
    const request = ticketRequest();
    const result = await createJiraTickets(jiraConfig(site()), { http }).raise(request);
    const key = result.ok ? result.id : '';
    expect(result).toEqual({ ok: true, id: key, url: `${site().host}/browse/${key}` });
    const ticket = Ticket.parse(await readSite(site(), `/issue/${key}`));
    expect(ticket.fields.summary).toBe('[critical] HighErrorRate on payments');
    expect([...ticket.fields.labels].sort()).toEqual(['farmhand', labelOf(request.key), 'tier-prod'].sort());
    expect(ticket.fields.project.key).toBe(site().project);
    expect(ticket.fields.issuetype.name).toBe(site().issueType);
    expect(handOf(site()).texts(ticket.fields.description).join('\n')).toContain(
      'Second line with *stars*, {code}, [a link|http://evil] and <b>tags</b>.',
    );
    const links = RemoteLinks.parse(await readSite(site(), `/issue/${key}/remotelink`));
    expect(links).toEqual([
      {
        globalId: `farmhand-thread=${labelOf(request.key)}`,
        object: {
          url: 'https://example.slack.com/archives/C0ALERTS/p1700000000000100',
          title: 'Slack thread of the alert',
        },
      },
    ]);
  });

  test('nothing happens when a ticket of the same key is raised again, by another process too', async () => {
    await using http = openHttp();
    const request = ticketRequest();
    const port = createJiraTickets(jiraConfig(site()), { http });
    const first = await port.raise(request);
    expect(await port.raise(request)).toEqual(first);
    const other = () => createJiraTickets(jiraConfig(site()), { http }).raise({ ...request, mayExist: true });
    await expect.poll(other, { timeout: 60_000, interval: 2_000 }).toEqual(first);
    const links = RemoteLinks.parse(await readSite(site(), `/issue/${first.ok ? first.id : ''}/remotelink`));
    expect(links).toHaveLength(1);
  });

  test('a ticket is told once what became of its alert, and moved once where that is asked for', async () => {
    await using http = openHttp();
    const port = createJiraTickets(jiraConfig(site()), { http });
    const raised = await port.raise(ticketRequest());
    const ticket = raised.ok ? raised.id : '';
    const { transitions } = Ways.parse(await readSite(site(), `/issue/${ticket}/transitions`));
    const way = transitions.find(({ to }) => to.statusCategory.key === 'done');
    const title = 'The alert resolved, 2026-11-20 14:25:42 UTC';
    const now = Date.now();
    const news = {
      key: `${ticketRequest().key}.1`,
      ticket,
      state: 'resolved',
      title,
      lines: ['HighErrorRate with *stars*, {code} and [a link|http://evil] is over.'],
      askedBy: 'the test',
      since: now,
      until: now + 60_000,
      ...(way && { move: { to: way.to.name, fields: {} } }),
    } as const;
    const told = await port.tell(news);
    expect(told).toMatchObject({ ok: true, id: ticket, ...(way && { text: `moved to ${way.to.name}` }) });
    const again = await port.tell({ ...news, mayExist: true });
    expect(again.ok && told.ok && again.url).toBe(told.ok && told.url);
    const { comments } = Comments.parse(await readSite(site(), `/issue/${ticket}/comment`));
    const move = way ? [`As its route asks, farmhand moves this ticket to ${way.to.name}.`] : [];
    expect(comments.map(({ body }) => handOf(site()).texts(body))).toEqual([
      [title, ...news.lines, ...move, news.key],
    ]);
  });

  test('what Jira refuses is refused for good, with every field it names', async () => {
    await using http = openHttp();
    const port = createJiraTickets(jiraConfig(site()), { http });
    const result = await port.raise(ticketRequest({ issueType: 'No Such Type' }));
    expect(result).toEqual({
      ok: false,
      retry: false,
      error: expect.stringMatching(
        /^Jira refused the ticket in project \w+ \(400: .*issuetype: .*\)\. No ticket was raised\./,
      ),
    });
  });
};
