import { given } from '../../core/json.ts';
import { inFull } from '../../core/person.ts';
import { renderTemplate, type TemplateValues, templatesIn } from '../../core/templates.ts';
import { knownAsSent } from '../evolve/silence.ts';
import { newsFacts } from '../evolve/ticket-news.ts';
import type { ActionProblem } from '../messages/action-problems.ts';
import { listBody, listTitle } from '../messages/list-ticket.ts';
import { newsLines, newsTitle, ticketBody, ticketTitle } from '../messages/ticket-words.ts';
import type { ActionSpec, ActionState, Alert, TicketFields } from '../model/alert.ts';
import type {
  ApiTaskRequest,
  NewsRequest,
  PagerRequest,
  ProposalRequest,
  SilenceRequest,
  TicketRequest,
} from '../ports/ports.ts';
import type { PermalinkOf } from './values.ts';

/** Why there is nothing to ask the other system for. */
export interface NotAsked {
  readonly problem: ActionProblem;
}

type Spec<K extends ActionSpec['kind']> = Extract<ActionSpec, { kind: K }>;

/** Every template of an action; `fields`: of all tickets. */
export const specTemplates = (spec: ActionSpec, fields: TicketFields = {}): readonly string[] => {
  switch (spec.kind) {
    case 'ticket':
      return [
        ...[spec.summary ?? '', ...(spec.labels ?? [])],
        ...Object.values({ ...fields, ...spec.fields }).flatMap(templatesIn),
      ];
    case 'api_task':
      return [...Object.values(spec.params), spec.idempotencyKey ?? ''];
    case 'silence':
    case 'pager':
    case 'ticket_news':
      return [];
    case 'rebuild':
      return [spec.instance, spec.reason ?? ''];
    default:
      return spec satisfies never;
  }
};

/** The ticket of an alert; `fields`: of all tickets. A template that can't be filled falls back: a ticket is worth more than its wording. */
export const ticketRequest = (
  alert: Alert,
  action: ActionState,
  spec: Spec<'ticket'>,
  values: TemplateValues,
  key: string,
  fields: TicketFields = {},
): TicketRequest => {
  const summary = spec.summary === undefined ? undefined : textOf(spec.summary, values);
  return {
    key,
    ...(action.attempts > 1 && { mayExist: true }),
    alertId: alert.id,
    summary: summary || ticketTitle(alert),
    ...(spec.project !== undefined && { project: spec.project }),
    ...(spec.issueType !== undefined && { issueType: spec.issueType }),
    labels: (spec.labels ?? []).flatMap((label) => textOf(label, values)?.replace(/\s+/g, '-') || []),
    fields: filled({ ...fields, ...spec.fields }, values),
    body: ticketBody(alert, action, values.thread?.permalink),
  };
};

/** The same of one that is for a whole list: whatever the route says, its title and its text are of all of them. */
export const listTicketRequest = (
  request: TicketRequest,
  {
    alert,
    action,
    others,
  }: { readonly alert: Alert; readonly action: ActionState; readonly others: readonly Alert[] },
  permalink: PermalinkOf,
): TicketRequest => {
  const { spec } = action;
  if (spec.kind !== 'ticket' || !spec.list || spec.with) return request;
  const all = [...(spec.list.self === false ? [] : [alert]), ...others];
  const linkOf = ({ channel, thread }: Alert): string | undefined =>
    thread.state === 'open' ? permalink(channel, thread.ts) : undefined;
  return {
    ...request,
    summary: listTitle(all, spec.list),
    body: listBody(all, spec.list, action, linkOf),
  };
};

/** What cannot be filled is left out: where Jira asks for it, it says so. */
const filled = (fields: TicketFields, values: TemplateValues): TicketFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (typeof value === 'number') return [name, value];
      if (typeof value === 'string') return [name, textOf(value, values) ?? ''];
      return [name, value.flatMap((one) => textOf(one, values) ?? [])];
    }),
  );

/** What the ticket of an alert is told; the number of a news counts once more where records were lost, its time does not. */
export const newsRequest = (
  alert: Alert,
  action: ActionState,
  spec: Spec<'ticket_news'>,
  key: string,
  until: number,
): NewsRequest | NotAsked => {
  const ticket = alert.actions.find((other) => other.key === spec.ticket)?.outcome?.id;
  if (ticket === undefined) return { problem: { code: 'no_ticket' } };
  const news = newsFacts(alert, spec);
  return {
    key: `${key}.${action.at.toString(36)}`,
    ticket,
    state: spec.state,
    title: newsTitle(news),
    lines: newsLines(alert, news),
    ...(spec.move && { move: spec.move }),
    askedBy: `${spec.state}.transition of the ticket action of the route ${alert.route}`,
    ...(action.attempts > 1 && { mayExist: true }),
    since: action.at,
    until,
  };
};

export const silenceRequest = (
  alert: Alert,
  action: ActionState,
  spec: Spec<'silence'>,
  key: string,
): SilenceRequest => ({
  key,
  ...(spec.target
    ? { labels: spec.target.matchers, left: 0 }
    : { ...knownAsSent(alert), alertLabels: alert.labels }),
  startsAt: action.at,
  endsAt: action.at + spec.durationMs,
  createdBy: action.by ? inFull(action.by) : 'farmhand',
  comment: spec.reason,
  ...given({
    alertmanager: (spec.target ?? alert.links).alertmanager,
    cluster: (spec.target ?? alert).cluster,
  }),
});

export const apiTaskRequest = (
  spec: Spec<'api_task'>,
  values: TemplateValues,
  key: string,
): ApiTaskRequest | NotAsked => {
  const params: Record<string, string> = {};
  const missing: string[] = [];
  const render = (text: string): string => {
    const rendered = renderTemplate(text, values);
    if ('text' in rendered) return rendered.text;
    missing.push(...rendered.missing);
    return '';
  };
  for (const [name, text] of Object.entries(spec.params)) params[name] = render(text);
  const idempotencyKey = spec.idempotencyKey === undefined ? key : render(spec.idempotencyKey) || key;
  return missing.length > 0
    ? { problem: { code: 'missing', names: missing } }
    : { task: spec.task, params, idempotencyKey };
};

/** What a pager is told; undefined: it has nothing to know. */
export const pagerRequest = (
  alert: Alert,
  { to, say = 'nothing' }: Spec<'pager'>,
  values: TemplateValues,
  key: string,
): PagerRequest | undefined => {
  if (say === 'nothing') return undefined;
  const { ack, links, routeRunbook } = alert;
  const runbook = links.runbook ?? routeRunbook;
  const thread = values.thread?.permalink ?? '';
  return {
    ...{ to, say, key, alertId: alert.id, title: ticketTitle(alert), summary: alert.summary },
    ...{ severity: alert.severity, source: alert.source, labels: alert.labels },
    startsAt: alert.startsAt,
    ...(ack && { by: inFull(ack.by) }),
    links: [
      ...(thread === '' ? [] : [{ text: 'Thread in Slack', href: thread }]),
      ...(runbook === undefined ? [] : [{ text: 'Runbook', href: runbook }]),
      ...(links.dashboard === undefined ? [] : [{ text: 'Dashboard', href: links.dashboard }]),
    ],
  };
};

/** The rebuild that a route asks for, or why there is nothing to ask for. */
export const proposalRequest = (
  alert: Alert,
  spec: Spec<'rebuild'>,
  values: TemplateValues,
  key: string,
): ProposalRequest | NotAsked => {
  if (spec.run && alert.status === 'resolved') return { problem: { code: 'alert_over' } };
  if (!spec.run && alert.thread.state !== 'open') return { problem: { code: 'no_thread' } };
  const instance = textOf(spec.instance, values)?.trim() ?? '';
  if (instance === '') return { problem: { code: 'no_instance', template: spec.instance } };
  const reason =
    (spec.reason === undefined ? undefined : textOf(spec.reason, values)?.trim()) || reasonOf(alert);
  return {
    key,
    tier: alert.tier,
    run: spec.run,
    start: {
      instance,
      forced: spec.forced,
      reason: reason.slice(0, 500),
      alert: alert.id,
      channel: alert.channel,
      ...(spec.farmers !== undefined && { farmers: spec.farmers }),
    },
  };
};

const reasonOf = ({ name, summary }: Alert): string =>
  summary.trim() === '' ? `alert ${name}` : `alert ${name}: ${summary.trim()}`;

const textOf = (text: string, values: TemplateValues): string | undefined => {
  const rendered = renderTemplate(text, values);
  return 'text' in rendered ? rendered.text : undefined;
};
