import type { ActionResult, NewsRequest } from '../../alerts/ports/ports.ts';
import { cut } from '../../core/text.ts';
import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import { explainComment } from './client/explain-comment.ts';
import type { FoundComment, JiraApi, JiraConfig } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import { type Blocks, paragraph } from './documents/document.ts';
import { findComment } from './find-comment.ts';
import { isSame, mayBrowse, wayTo } from './life.ts';
import { browseUrl } from './raise-issue.ts';

/**
 * Tells the ticket of an alert what became of it: a comment, which also says where the ticket is moved, or why not, and
 * then the move. Both once, wherever an earlier run ended: the comment is known by its last line, and a move that was
 * made by what Jira has in the ticket's history since that comment.
 */
export const tellTicket = async (
  jira: JiraApi,
  config: JiraConfig,
  news: NewsRequest,
  now: () => number,
): Promise<ActionResult> => {
  const { ticket, key, move, mayExist, since, until } = news;
  const api = writingUntil(jira, until, now);
  try {
    const there = mayExist ? await findComment(api, ticket, key, since) : undefined;
    const plan = move && (await planMove(api, news, move, there));
    const id = there?.id ?? (await api.comment(ticket, newsDocument(news, plan)));
    const url = `${browseUrl(config, ticket)}?focusedCommentId=${id}`;
    const moved = plan && ('by' in plan ? await plan.by() : plan);
    return { ok: true, id: ticket, url, ...moved };
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    return explainNews(api, error, ticket, config);
  }
};

/** Whoever was stopped for long is not first any more: what it looked at may have changed since. */
const writingUntil = (api: JiraApi, until: number, now: () => number): JiraApi => {
  const inTime = (): void => {
    if (now() > until) throw new JiraFault('not_sent', 'it took too long, and nothing more was written');
  };
  return {
    ...api,
    comment: async (...asked) => {
      inTime();
      return api.comment(...asked);
    },
    transition: async (...asked) => {
      inTime();
      return api.transition(...asked);
    },
  };
};

const newsDocument = ({ title, lines, key }: NewsRequest, plan: Plan | undefined): Blocks => [
  paragraph(cut(title, 500), 'strong'),
  ...[...lines, ...(plan ? [planLine(plan)] : [])].map((line) => paragraph(cut(line, 2_000))),
  paragraph(key, 'em'),
];

const planLine = (plan: Plan): string =>
  'by' in plan
    ? `As its route asks, farmhand moves this ticket to ${plan.to}.`
    : `farmhand leaves this ticket where it is: ${plan.text}.`;

/** What became of the status; `stays`: not what was asked for, and somebody has to know. */
interface Moved {
  readonly text: string;
  readonly stays?: true;
}

type Plan = Moved | { readonly to: string; readonly by: () => Promise<Moved> };

const planMove = async (
  api: JiraApi,
  { ticket, state, askedBy }: NewsRequest,
  move: TicketMove,
  earlier: FoundComment | undefined,
): Promise<Plan> => {
  const { status } = await api.look(ticket);
  if (earlier && (await movedSince(api, ticket, Date.parse(earlier.created)))) {
    return { text: `it was moved, and is ${status.name}` };
  }
  if (isSame(status.name, move.to)) return { text: `it is ${status.name} already` };
  // Somebody was first: what is closed stays closed when its alert is over as well.
  if (state === 'resolved' && status.done) return { text: `it is closed already (${status.name})` };
  const way = await wayTo(api, ticket, status.name, move, `fields of ${askedBy}`);
  if (!('error' in way)) {
    const by = async (): Promise<Moved> => {
      await api.transition(ticket, way.id, way.values);
      return { text: `moved to ${way.to.name}` };
    };
    const stays = (why: string): Moved => ({ text: staysWords(status.name, why, askedBy), stays: true });
    return { to: way.to.name, by: () => by().catch(refusedMove(stays)) };
  }
  // An open ticket is what is wanted when its alert fires again; the move is for one that was closed.
  if (state === 'refired' && !status.done) {
    return { text: `it is open, and stays ${status.name}: ${way.error}` };
  }
  return { text: staysWords(status.name, way.error, askedBy), stays: true };
};

const staysWords = (status: string, why: string, askedBy: string): string =>
  `it stays ${status}: ${why}${why.includes(askedBy) ? '' : ` (asked for by ${askedBy})`}`;

/** What Jira refuses now it refuses again: that is said instead of tried. */
const refusedMove =
  (stays: (why: string) => Moved) =>
  (error: unknown): Moved => {
    if (error instanceof JiraFault && (error.kind === 'refused' || error.kind === 'forbidden')) {
      return stays(`Jira refused it (${error.says})`);
    }
    throw error;
  };

/** Both times are Jira's own. A history that cannot be read says nothing. */
const movedSince = async (api: JiraApi, ticket: string, since: number): Promise<boolean> => {
  const changes = await api.lastChanges(ticket).catch((error: unknown) => {
    if (error instanceof JiraFault && !error.retryable) return [];
    throw error;
  });
  return changes.some(({ field, own, at }) => own && field.toLowerCase() === 'status' && at >= since);
};

/** How often what only a person can put right is tried; ms. */
const onceFixed = 120_000;

const explainNews = async (
  api: JiraApi,
  fault: JiraFault,
  ticket: string,
  config: JiraConfig,
): Promise<ActionResult> => {
  const result = explainComment(fault, ticket, config);
  if (result.ok) return result;
  const { kind, ...failure } = result;
  if (fault.kind !== 'missing') return { ...failure, retry: kind !== 'refused' };
  // Unseen is not deleted: an account that may not see the project sees no ticket of it.
  const deleted = await mayBrowse(api, ticket).catch(() => false);
  return deleted
    ? { ok: false, retry: false, quiet: true, error: `Ticket ${ticket} was deleted in Jira.` }
    : { ...failure, retry: true, retryAfterMs: onceFixed };
};
