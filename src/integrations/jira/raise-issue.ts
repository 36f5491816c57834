import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../observability/log.ts';
import type { Http } from '../http-client/call.ts';
import { createJiraApi } from './adapter.ts';
import { type Attempted, explainJira } from './client/explain.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import type { FoundIssue } from './client/schema.ts';
import { siteUrl } from './client/site-url.ts';
import type { Measure } from './documents/document.ts';
import type { IssueFields } from './documents/issue-fields.ts';
import { retireDuplicate } from './duplicates.ts';
import { createTicketMemory, doubtLeft, type TicketMemory } from './ticket-memory.ts';

export interface JiraDeps {
  readonly http: Http;
  readonly log?: Pick<Log, 'warn'>;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** One ticket that must exist. */
export interface IssueRequest {
  /** Marks it: what it is looked up by. */
  readonly label: string;
  /** Kept with the ticket as its property `farmhand`. */
  readonly property: object;
  readonly fields: IssueFields;
  /** A page that is linked to it: its Slack thread. */
  readonly page?: { readonly globalId: string; readonly url: string; readonly title: string };
  /** An earlier run may have created it: it is looked for with more patience, counted from `doubtSince` (ms) if known. */
  readonly mayExist?: boolean;
  readonly doubtSince?: number;
  /** Keys of those that were deleted since: the search may still show them. */
  readonly gone?: readonly string[];
}

/** How it ended. `unknown`: a create was sent and may have been carried out; `retry`: this run created nothing. */
export type IssueResult =
  | { readonly ok: true; readonly id: string; readonly url: string; readonly text?: string }
  | {
      readonly ok: false;
      readonly kind: 'retry' | 'unknown' | 'refused';
      readonly error: string;
      readonly retryAfterMs?: number;
    };

export interface IssueRaiser {
  /** How long a description is for this Jira. */
  readonly measure: Measure;
  raise(request: IssueRequest): Promise<IssueResult>;
}

/** Waits before looking again after a create without an answer, ms. Longer waits are the caller's, by `retryAfterMs`. */
const lookAgainAfter = [1_000, 3_000];

/**
 * Raises tickets, one for each label, which is searched before a create and after every create whose
 * answer was lost. Jira's search lags, so a ticket in doubt is created again only when a minute and two searches have
 * not shown it; a second ticket that shows up all the same is retired. `raise` takes at most about seven times
 * `jira.timeout`.
 */
export const createIssueRaiser = (config: JiraConfig, deps: JiraDeps): IssueRaiser => {
  const { http, now = Date.now, sleep = delay } = deps;
  const shell: Shell = {
    config,
    now,
    sleep,
    api: createJiraApi(config, http, now),
    memory: createTicketMemory(),
    ...(deps.log && { log: deps.log }),
  };
  const running = new Map<string, Promise<IssueResult>>();
  return {
    measure: shell.api.measure,
    raise(request) {
      const { label } = request;
      const present = running.get(label);
      if (present !== undefined) return present;
      const run = raise(shell, request).finally(() => running.delete(label));
      running.set(label, run);
      return run;
    },
  };
};

interface Shell {
  readonly config: JiraConfig;
  readonly api: JiraApi;
  readonly memory: TicketMemory;
  readonly log?: Pick<Log, 'warn'>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

const raise = async (shell: Shell, request: IssueRequest): Promise<IssueResult> => {
  const { memory, now } = shell;
  const { label, fields } = request;
  const attempted: Attempted = {
    project: fields.project.key,
    issueType: fields.issuetype.name,
    host: shell.config.host,
    kind: shell.config.kind,
  };
  try {
    const before = memory.get(label);
    if (before?.state === 'created' && request.gone?.includes(before.key)) {
      memory.set(label, { state: 'clean' });
    } else if (before?.state === 'created') return await settle(shell, request, [before]);
    if (before === undefined && request.mayExist) memory.set(label, doubtOf(request, now()));

    const found = (await look(shell, label)).filter(({ key }) => !request.gone?.includes(key));
    if (found.length > 0) return await settle(shell, request, found);
    const doubt = memory.get(label);
    const left = doubt?.state === 'doubt' ? doubtLeft(doubt, now()) : 0;
    if (left > 0) return inDoubt('retry', left);

    const created = await create(shell, request);
    if (created === undefined) return inDoubt('unknown', 5_000);
    return await settle(
      shell,
      request,
      doubt?.state === 'doubt' ? await verify(shell, label, created) : [created],
    );
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    const { retry, ...rest } = explainJira(error, attempted);
    return { ...rest, kind: retry ? 'retry' : 'refused' };
  }
};

/** A doubt of an earlier process: it has looked as well, so one look more is enough once the time is over. */
const doubtOf = ({ doubtSince }: IssueRequest, now: number) =>
  doubtSince === undefined
    ? ({ state: 'doubt', since: now, looks: 0 } as const)
    : ({ state: 'doubt', since: Math.min(doubtSince, now), looks: 1 } as const);

const look = async (shell: Shell, label: string): Promise<readonly FoundIssue[]> => {
  const found = await shell.api.findByLabel(label).catch((error: unknown) => {
    // A search is refused only to an account that may not see the field or the project.
    throw error instanceof JiraFault && error.kind === 'refused'
      ? new JiraFault('forbidden', error.says)
      : error;
  });
  const doubt = shell.memory.get(label);
  if (found.length === 0 && doubt?.state === 'doubt') {
    shell.memory.set(label, { ...doubt, looks: doubt.looks + 1 });
  }
  return found;
};

/** As `look`, for when a failed search changes nothing. */
const glance = (shell: Shell, label: string): Promise<readonly FoundIssue[]> =>
  look(shell, label).catch((error: unknown) => {
    if (error instanceof JiraFault) return [];
    throw error;
  });

/**
 * All tickets of the label after `created` was created a second time: once the search shows `created`, it shows
 * an earlier one too.
 */
const verify = async (shell: Shell, label: string, created: Ticket): Promise<readonly Ticket[]> => {
  shell.memory.set(label, { state: 'created', id: created.id, key: created.key });
  let others: readonly FoundIssue[] = [];
  for (const wait of lookAgainAfter) {
    await shell.sleep(wait);
    const found = await glance(shell, label);
    others = found.filter((issue) => issue.id !== created.id);
    if (others.length < found.length) break;
  }
  return [created, ...others];
};

/** The ticket; undefined when it may or may not have been created, and two more looks have not shown it. */
const create = async (
  shell: Shell,
  { label, fields, property }: IssueRequest,
): Promise<Ticket | undefined> => {
  const { api, memory, now, sleep } = shell;
  try {
    return await api.create(fields, property);
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    if (!error.ambiguous) {
      if (memory.get(label)?.state !== 'doubt') memory.set(label, { state: 'clean' });
      throw error;
    }
    memory.set(label, { state: 'doubt', since: now(), looks: 0 });
    shell.log?.warn({ label, error: error.says }, 'Jira did not confirm a ticket; looking for it');
  }
  for (const wait of lookAgainAfter) {
    await sleep(wait);
    const found = await glance(shell, label);
    if (found[0]) return found[0];
  }
  return undefined;
};

/** What is known of a ticket: `fields` only when the search showed it. */
type Ticket = Pick<FoundIssue, 'id' | 'key'> & Partial<Pick<FoundIssue, 'fields'>>;

/** Keeps the oldest of `tickets`, retires the others, and ties the thread to it. */
const settle = async (
  shell: Shell,
  request: IssueRequest,
  tickets: readonly Ticket[],
): Promise<IssueResult> => {
  const [winner, ...losers] = [...tickets].sort((a, b) => Number(a.id) - Number(b.id));
  if (!winner) throw new Error('there is no ticket to keep');
  shell.memory.set(request.label, { state: 'created', id: winner.id, key: winner.key });
  const remarks: string[] = [];
  for (const loser of losers) {
    const fields = loser.fields ?? {
      labels: [],
      status: { name: '', statusCategory: { key: 'new' } },
      issuelinks: [],
    };
    const remark = await retireDuplicate(shell.api, { id: loser.id, key: loser.key, fields }, winner.key);
    shell.log?.warn({ ticket: winner.key, duplicate: loser.key, remark }, 'A ticket was raised twice');
    remarks.push(remark);
  }
  const unlinked = await linkThread(shell, request, winner.key);
  if (unlinked !== undefined) remarks.push(unlinked);
  return {
    ok: true,
    id: winner.key,
    url: browseUrl(shell.config, winner.key),
    ...(remarks.length > 0 && { text: remarks.join('; ') }),
  };
};

/** The thread is in the description as well, so a ticket whose link fails is still a ticket: it is only remarked. */
const linkThread = async (shell: Shell, { page }: IssueRequest, key: string): Promise<string | undefined> => {
  if (page === undefined) return undefined;
  for (let left = 1; ; left--) {
    try {
      await shell.api.linkPage(key, page);
      return undefined;
    } catch (error) {
      if (!(error instanceof JiraFault)) throw error;
      if (error.retryable && left > 0) {
        await shell.sleep(Math.min(error.retryAfterMs ?? 500, 2_000));
        continue;
      }
      shell.log?.warn({ ticket: key, error: error.says }, 'A ticket could not be linked to its thread');
      return `its link to the Slack thread could not be added (${error.says})`;
    }
  }
};

const inDoubt = (kind: 'retry' | 'unknown', retryAfterMs: number): IssueResult => ({
  ok: false,
  kind,
  retryAfterMs,
  error:
    'An earlier create was not confirmed, and Jira’s search does not show the ticket yet. It is looked for again before it is created again.',
});

/** Where people read the ticket. */
export const browseUrl = ({ host }: Pick<JiraConfig, 'host'>, key: string): string =>
  siteUrl(host, `/browse/${key}`);
