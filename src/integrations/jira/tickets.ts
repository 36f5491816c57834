import { setTimeout as delay } from 'node:timers/promises';
import type { ActionResult, TicketPort, TicketRequest } from '../../alerts/ports.ts';
import type { Log } from '../../observability/log.ts';
import type { Http } from '../http/call.ts';
import { retireDuplicate } from './duplicates.ts';
import { explain } from './explain.ts';
import { issueFields, labelOf } from './issue-fields.ts';
import { createJiraApi, type JiraApi } from './jira-api.ts';
import { JiraFault } from './jira-fault.ts';
import type { FoundIssue } from './schema.ts';
import { threadPermalink } from './thread-link.ts';
import { createTicketMemory, doubtLeft, type TicketMemory } from './ticket-memory.ts';
import type { JiraConfig } from './transport.ts';

export interface JiraTicketsDeps {
  readonly http: Http;
  readonly log?: Pick<Log, 'warn'>;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** Waits before looking again after a create without an answer, ms. Longer waits are the caller's, by `retryAfterMs`. */
const lookAgainAfter = [1_000, 3_000];

/**
 * Raises tickets in Jira Cloud, one for each key: the key is a label, searched before a create and after every
 * create whose answer was lost. Jira's search lags, so a ticket in doubt is created again only when a minute and two
 * searches have not shown it; a second ticket that shows up all the same is retired. `raise` takes at most about
 * seven times `jira.timeout`.
 */
export const createJiraTickets = (config: JiraConfig, deps: JiraTicketsDeps): TicketPort => {
  const { http, now = Date.now, sleep = delay } = deps;
  const shell: Shell = {
    config,
    now,
    sleep,
    api: createJiraApi(config, http, now),
    memory: createTicketMemory(),
    ...(deps.log && { log: deps.log }),
  };
  const running = new Map<string, Promise<ActionResult>>();
  return {
    raise(request) {
      const label = labelOf(request.key);
      const present = running.get(label);
      if (present) return present;
      const run = raise(shell, request, label).finally(() => running.delete(label));
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

const raise = async (shell: Shell, request: TicketRequest, label: string): Promise<ActionResult> => {
  const { memory, now } = shell;
  const attempted = {
    project: request.project ?? shell.config.project,
    issueType: request.issueType ?? shell.config.issue_type,
    host: shell.config.host,
  };
  try {
    const before = memory.get(label);
    if (before?.state === 'created') return await settle(shell, request, [before]);
    if (before === undefined && request.mayExist)
      memory.set(label, { state: 'doubt', since: now(), looks: 0 });

    const found = await look(shell, label);
    if (found.length > 0) return await settle(shell, request, found);
    const doubt = memory.get(label);
    const left = doubt?.state === 'doubt' ? doubtLeft(doubt, now()) : 0;
    if (left > 0) return inDoubt(left);

    const created = await create(shell, request, label);
    if (created === undefined) return inDoubt(5_000);
    return await settle(
      shell,
      request,
      doubt?.state === 'doubt' ? await verify(shell, label, created) : [created],
    );
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    return explain(error, attempted);
  }
};

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
const create = async (shell: Shell, request: TicketRequest, label: string): Promise<Ticket | undefined> => {
  const { api, memory, now, sleep } = shell;
  const property = { key: request.key, alert: request.alertId };
  try {
    return await api.create(issueFields(request, shell.config), property);
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
  request: TicketRequest,
  tickets: readonly Ticket[],
): Promise<ActionResult> => {
  const [winner, ...losers] = [...tickets].sort((a, b) => Number(a.id) - Number(b.id));
  if (!winner) throw new Error('there is no ticket to keep');
  shell.memory.set(labelOf(request.key), { state: 'created', id: winner.id, key: winner.key });
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
    url: `${shell.config.host.replace(/\/+$/, '')}/browse/${winner.key}`,
    ...(remarks.length > 0 && { text: remarks.join('; ') }),
  };
};

/** The thread is in the description as well, so a ticket whose link fails is still a ticket: it is only remarked. */
const linkThread = async (shell: Shell, request: TicketRequest, key: string): Promise<string | undefined> => {
  const url = threadPermalink(request.body);
  if (url === undefined) return undefined;
  const page = {
    globalId: `farmhand-thread=${labelOf(request.key)}`,
    url,
    title: 'Slack thread of the alert',
  };
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

const inDoubt = (retryAfterMs: number): ActionResult => ({
  ok: false,
  retry: true,
  retryAfterMs,
  error:
    'An earlier create was not confirmed, and Jira’s search does not show the ticket yet. It is looked for again before it is created again.',
});
