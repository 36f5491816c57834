import type { ActionResult, NewsRequest } from '../../alerts/ports/ports.ts';
import { cut } from '../../core/text.ts';
import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import { explainComment } from './client/explain-comment.ts';
import type { FoundComment, JiraApi, JiraConfig } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import { type Blocks, paragraph } from './documents/document.ts';
import { findComment } from './find-comment.ts';
import { isSame, mayBrowse, moveTicket } from './life.ts';
import { browseUrl } from './raise-issue.ts';

/**
 * Tells the ticket of an alert what became of it: a comment, and then the move that the route asks for. Both once,
 * wherever an earlier run ended: the comment is known by its last line, and a move that was made by what Jira has in
 * the ticket's history since that comment. Takes at most eleven calls and the pages of newer comments.
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
    const id = there?.id ?? (await api.comment(ticket, newsDocument(news)));
    const url = `${browseUrl(config, ticket)}?focusedCommentId=${id}`;
    const moved = move ? await moveOnce(api, news, move, there) : {};
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

const newsDocument = ({ title, lines, key }: NewsRequest): Blocks => [
  paragraph(cut(title, 500), 'strong'),
  ...lines.map((line) => paragraph(cut(line, 2_000))),
  paragraph(key, 'em'),
];

type Moved = { readonly text: string; readonly stays?: true };

const moveOnce = async (
  api: JiraApi,
  { ticket, state, askedBy }: NewsRequest,
  move: TicketMove,
  earlier: FoundComment | undefined,
): Promise<Moved> => {
  const { status } = await api.look(ticket);
  if (earlier && (await movedSince(api, ticket, Date.parse(earlier.created)))) {
    return { text: `it was moved, and is ${status.name}` };
  }
  // Somebody was first: what is closed stays closed when its alert is over as well.
  if (isSame(status.name, move.to)) return { text: `it is ${status.name} already` };
  if (state === 'resolved' && status.done) return { text: `it is closed already (${status.name})` };
  const result = await moveTicket(api, ticket, move, `fields of ${askedBy}`).catch(refusedMove);
  if (result.ok) return { text: `moved to ${result.seen?.status ?? move.to}` };
  // An open ticket is what is wanted when its alert fires again; the move is for one that was closed.
  if (state === 'refired' && !status.done) {
    return { text: `it is open, and stays ${status.name}: ${result.error}` };
  }
  const where = result.error.includes(askedBy) ? '' : ` (asked for by ${askedBy})`;
  return { text: `it stays ${status.name}: ${result.error}${where}`, stays: true };
};

/** What Jira refuses now it refuses again: that is said instead of tried. */
const refusedMove = (error: unknown): { readonly ok: false; readonly error: string } => {
  if (error instanceof JiraFault && (error.kind === 'refused' || error.kind === 'forbidden')) {
    return { ok: false, error: `Jira refused it (${error.says})` };
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
