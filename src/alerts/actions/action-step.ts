import { backoff } from '../../core/backoff.ts';
import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { capital, sentence } from '../../core/text.ts';
import { claimedSpec, paged, pageGivenUp } from '../evolve/paging.ts';
import { newsOf, waitsForTicket, withoutNewsFor } from '../evolve/ticket-news.ts';
import { remark } from '../messages/remarks.ts';
import type { ActionSpec, ActionState, Alert, Silence } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';
import type { ActionResult } from '../ports/ports.ts';

/** Which of an alert's actions may run now, and when the next one may. Pure. */
export interface ActionPlan {
  readonly run: readonly ActionState[];
  /** The earliest moment at which another action is due; ms. */
  readonly wakeAt?: number;
}

export interface ActionPolicy {
  /** A run older than this has lost its worker; effects have keys, so it is simply run again. ms */
  readonly claimTimeout: number;
  /** What an action's templates refer to: it waits for these. */
  readonly needs: (action: ActionState) => ReadonlySet<'thread' | 'ticket' | 'api_task'>;
}

export const planActions = (alert: Alert, now: number, policy: ActionPolicy): ActionPlan => {
  const run: ActionState[] = [];
  let wakeAt: number | undefined;
  for (const action of alert.actions) {
    if (action.state === 'done' || action.state === 'failed') continue;
    if (blocked(alert, action, policy)) continue;
    const due = action.state === 'running' ? action.nextAt + policy.claimTimeout : action.nextAt;
    if (due <= now) run.push(action);
    else wakeAt = Math.min(wakeAt ?? due, due);
  }
  return { run, ...(wakeAt !== undefined && { wakeAt }) };
};

/** It waits only for what it uses, and only while that can still come: a failure elsewhere holds nothing up. */
const blocked = (alert: Alert, action: ActionState, policy: ActionPolicy): boolean => {
  if (waitsForTicket(alert, action)) return true;
  const needs = policy.needs(action);
  if (needs.has('thread') && (alert.thread.state === 'wanted' || alert.thread.state === 'posting'))
    return true;
  // Only what comes before it in the route: two that use the same kind must not wait for each other.
  const earlier = alert.actions.slice(
    0,
    alert.actions.findIndex((other) => other.key === action.key),
  );
  return earlier.some(
    (other) =>
      (other.kind === 'ticket' || other.kind === 'api_task') &&
      needs.has(other.kind) &&
      (other.state === 'waiting' || other.state === 'running'),
  );
};

/**
 * When to look at an alert's actions after a write that may have given them something to do; undefined when it did not.
 * What waits for long, or hangs, does not hide what is new: a person's silence goes ahead while Jira is away.
 */
export const dueAfter = (before: Alert | undefined, after: Alert, now: number): number | undefined => {
  if (after.actions.length === 0) return undefined;
  if (before?.actions === after.actions && before.thread.state === after.thread.state) return undefined;
  const waiting = after.actions.filter(({ state }) => state === 'waiting');
  const same = (a: ActionState): boolean =>
    before?.actions.some((b) => b.key === a.key && b.state === a.state && b.nextAt === a.nextAt) === true;
  const news = before?.thread.state === after.thread.state ? waiting.filter((a) => !same(a)) : waiting;
  if (news.length === 0) return undefined;
  // A wake-up replaces the one before it, so it must not be later than what that one was for.
  const later = waiting.filter(({ nextAt }) => nextAt > now);
  return Math.min(...[...news, ...later].map(({ nextAt }) => nextAt));
};

/** Marks an action as running; undefined when somebody else has it, or it is over. */
export const claimAction = (alert: Alert, action: ActionState, now: number): Alert | undefined => {
  const present = alert.actions.find((a) => a.key === action.key);
  if (!present || present.state !== action.state || present.nextAt !== action.nextAt) return undefined;
  return replace(alert, {
    ...present,
    state: 'running',
    attempts: present.attempts + 1,
    nextAt: now,
    spec: claimedSpec(alert, present),
    audited: true,
  });
};

export interface ActionDone {
  readonly alert: Alert;
  readonly journal: readonly JournalEntry[];
}

/**
 * Applies what came of the run that was claimed as attempt `attempt`. A `done` is kept even when it comes late: it is
 * a fact. A failure counts only while nobody else has taken the action over.
 */
export const finishAction = (
  alert: Alert,
  key: string,
  attempt: number,
  result: ActionResult,
  now: number,
): ActionDone | undefined => {
  const action = alert.actions.find((a) => a.key === key);
  if (!action || action.state === 'done') return undefined;
  const mine = action.state === 'running' && action.attempts === attempt;
  // What a pager was told by an earlier run is not what the record says of the present one, which tells it once more.
  if (result.ok) return mine || action.kind !== 'pager' ? succeeded(alert, action, result, now) : undefined;
  if (!mine) return undefined;
  const retry = retryPolicy(action);
  if (result.retry && action.attempts < retry.attempts) {
    const again = backoff(action.attempts, { first: retry.backoff, most: maxBackoff });
    const wait = Math.max(result.retryAfterMs ?? 0, again);
    const waiting: ActionState = { ...action, state: 'waiting', nextAt: now + wait, error: result.error };
    const first = action.error !== result.error;
    return {
      alert: replace(alert, waiting),
      journal: first ? [ownLine(now, `${key}_retry`, result.error)] : [],
    };
  }
  const { spec } = action;
  const ended = { ...action, spec: withoutOthers(spec), state: 'failed', error: result.error } as const;
  const failed =
    spec.kind === 'pager'
      ? pageGivenUp(alert, { ...ended, spec }, result.retry || attempt > 1, now)
      : withoutNewsFor(replace(alert, ended), key);
  const what = action.kind === 'ticket_news' ? remark({ code: 'news_failed' }) : action.key;
  const isQuiet = result.quiet || isSaid(alert, action, result.error);
  const note = { kind: 'action_failed', at: now, text: `${what}: ${result.error}` } as const;
  return {
    alert: isQuiet ? failed : addNote(failed, note),
    journal: [ownLine(now, `${key}_failed`, result.error)],
  };
};

const succeeded = (
  alert: Alert,
  action: ActionState,
  result: Extract<ActionResult, { ok: true }>,
  now: number,
): ActionDone => {
  const { error: _, ...clean } = action;
  const { ok: __, effect, ...outcome } = result;
  const next = replace(alert, { ...clean, spec: withoutOthers(clean.spec), state: 'done', outcome });
  const list = ofList(action);
  const journal = [ownLine(now, `${action.key}_done`, result.url ?? result.id)];
  const by = action.by ? { by: action.by } : {};
  if (action.spec.kind === 'pager') return paged(next, { ...action, spec: action.spec }, now);
  if (action.spec.kind === 'silence') {
    const until = action.at + action.spec.durationMs;
    const { reason } = action.spec;
    const person = action.by ?? { id: 'farmhand' };
    const says =
      effect && list !== undefined ? `${sentence(effect.says)} ${capital(list)}` : (effect?.says ?? list);
    const more = says === undefined ? {} : { more: says };
    const saw = effect ? [ownLine(now, `${action.key}_${effect.seen}`, effect.says)] : [];
    // It is there and does nothing for this alert: whoever reads that it is silenced would wait in vain.
    if (effect?.seen === 'misses') {
      const note = { kind: 'silence_misses', at: now, by: person, text: reason, ...more } as const;
      const link = result.url === undefined ? {} : { url: result.url };
      return { alert: addNote(next, { ...note, ...link }), journal: [...journal, ...saw] };
    }
    const silence = { id: result.id, by: person, reason, until };
    const note = { kind: 'silenced', at: now, by: person, text: reason, ...more } as const;
    const self = action.spec.list?.self ?? true;
    const quiet = self ? silencedBy(next, action, silence) : next;
    return { alert: addNote(quiet, note), journal: [...journal, ...saw] };
  }
  if (action.spec.kind === 'rebuild') {
    const { text = result.id } = result;
    const said = action.spec.run
      ? ({ kind: 'rebuild', at: now, text } as const)
      : ({ kind: 'rebuild_proposed', at: now, text, draft: result.id } as const);
    const link = result.url === undefined ? {} : { url: result.url };
    return { alert: addNote(next, { ...said, ...link, ...by }), journal };
  }
  if (action.spec.kind === 'ticket_news') {
    const { id, text = '', url } = result;
    const { state } = action.spec;
    const line = ownLine(now, `${action.key}_done`, remark({ code: 'news_told', state, ticket: id, text }));
    if (!result.stays || isSaid(alert, action, text)) return { alert: next, journal: [line] };
    const note = { kind: 'ticket_stays', at: now, text: id, more: text } as const;
    return { alert: addNote(next, { ...note, ...(url !== undefined && { url }) }), journal: [line] };
  }
  const text =
    action.spec.kind === 'ticket' ? result.id : (result.text ?? `${action.spec.task}: ${result.id}`);
  const url = result.url === undefined ? {} : { url: result.url };
  const more = list === undefined ? {} : { more: list };
  return { alert: addNote(next, { kind: action.spec.kind, at: now, text, ...url, ...by, ...more }), journal };
};

const ofList = ({ spec }: ActionState): string | undefined => {
  const list = 'list' in spec ? spec.list : undefined;
  return list && remark({ code: 'of_list', count: list.count, of: list.of });
};

/** Each of them has it on its own record by now. */
const withoutOthers = (spec: ActionSpec): ActionSpec => {
  if (!('list' in spec) || spec.list?.others === undefined) return spec;
  const { others: _, ...list } = spec.list;
  return { ...spec, list };
};

/** A group is silenced when every Alertmanager that was asked has done it. */
const silencedBy = (alert: Alert, { at, spec }: ActionState, silence: Silence): Alert => {
  if (spec.kind !== 'silence' || spec.target === undefined || (spec.list && !alert.group))
    return { ...alert, silence };
  const asked = alert.actions.filter((other) => other.kind === 'silence' && other.at === at);
  if (asked.some(({ state }) => state !== 'done')) return alert;
  const covers = asked.flatMap((one) => (one.spec.kind === 'silence' && one.spec.target) || []);
  return { ...alert, silence: { ...silence, covers } };
};

/** The thread has it from earlier news of the same ticket. */
const isSaid = (alert: Alert, { spec }: ActionState, text: string): boolean =>
  spec.kind === 'ticket_news' &&
  newsOf(alert, spec.ticket).some(({ outcome, error, state }) =>
    state === 'failed' ? error === text : outcome?.stays === true && outcome.text === text,
  );

const maxBackoff = 600_000;

const retryPolicy = (action: ActionState): { attempts: number; backoff: number } =>
  action.spec.kind === 'api_task'
    ? { attempts: action.spec.attempts, backoff: action.spec.backoff }
    : { attempts: patient.has(action.spec.kind) ? 300 : 8, backoff: 2_000 };

/** Evidence, and whoever is to be paged, are worth two days of trying: the longest outages of Jira and pagers end sooner. */
const patient: ReadonlySet<ActionSpec['kind']> = new Set(['ticket', 'ticket_news', 'pager']);

const replace = (alert: Alert, action: ActionState): Alert => ({
  ...alert,
  actions: alert.actions.map((a) => (a.key === action.key ? action : a)),
});
