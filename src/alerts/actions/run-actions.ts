import { messageOf } from '../../core/errors.ts';
import { needsOf } from '../../core/templates.ts';
import type { ActionState, Alert, AlertId } from '../model/alert.ts';
import type { ActionResult, ApiTaskPort, RebuildProposals, SilencePort, TicketPort } from '../ports/ports.ts';
import type { AlertChange, AlertStore } from '../ports/store.ts';
import { type ActionPolicy, claimAction, finishAction, planActions } from './action-step.ts';
import type { Bulkhead } from './bulkhead.ts';
import { apiTaskRequest, proposalRequest, silenceRequest, specTemplates, ticketRequest } from './requests.ts';
import { type PermalinkOf, templateValues } from './values.ts';

export interface ActionDeps {
  readonly store: AlertStore;
  readonly tickets: TicketPort | undefined;
  readonly apiTasks: ApiTaskPort | undefined;
  readonly silences: SilencePort | undefined;
  readonly rebuilds?: RebuildProposals | undefined;
  /** What it lets through may run; the rest comes again in a second. */
  readonly gate: Bulkhead;
  readonly permalink: PermalinkOf;
  readonly now: () => number;
  /** ms: longer than any run may take. */
  readonly claimTimeout: number;
  /** Not yet: records were lost, and it is not known what was done before. */
  readonly held?: () => boolean;
  readonly onDone: (action: ActionState, result: ActionResult, ms: number) => void;
}

/** Runs what is due of an alert's actions, each on its own. Answers when the next is due, ms from now. */
export const runActions = async (deps: ActionDeps, id: AlertId): Promise<number | undefined> => {
  if (deps.held?.()) return heldFor;
  const policy: ActionPolicy = { claimTimeout: deps.claimTimeout, needs: actionNeeds };
  const alert = (await deps.store.getMany([id])).get(id);
  if (!alert) return undefined;
  const { run } = planActions(alert, deps.now(), policy);
  const admitted = run.filter(({ kind }) => deps.gate.enter(kind));
  await Promise.all(
    admitted.map((action) => runOne(deps, alert, action).finally(() => deps.gate.leave(action.kind))),
  );
  const after = run.length === 0 ? alert : (await deps.store.getMany([id])).get(id);
  if (!after) return undefined;
  const next = planActions(after, deps.now(), policy);
  if (next.run.length > 0) return admitted.length < run.length ? fullWait : 0;
  return next.wakeAt === undefined ? undefined : Math.max(1, next.wakeAt - deps.now());
};

const fullWait = 1_000;
const heldFor = 1_000;

/** A rebuild is proposed and told in the thread, so it waits for one whatever its templates say. */
const actionNeeds: ActionPolicy['needs'] = ({ spec }) =>
  new Set([
    ...specTemplates(spec).flatMap((text) => [...needsOf(text)]),
    ...(spec.kind === 'rebuild' ? (['thread'] as const) : []),
  ]);

const runOne = async (deps: ActionDeps, seen: Alert, action: ActionState): Promise<void> => {
  const change = await deps.store.update(seen.id, (alert): AlertChange & { claimed?: Alert } => {
    const next = claimAction(alert, action, deps.now());
    return next ? { claimed: next, write: { alert: next, journal: [] } } : {};
  });
  const claimed = change?.claimed;
  const running = claimed?.actions.find(({ key }) => key === action.key);
  if (claimed === undefined || running === undefined) return;
  const started = deps.now();
  const result = await perform(deps, claimed, running).catch(
    (error: unknown): ActionResult => ({ ok: false, retry: true, error: messageOf(error) }),
  );
  await deps.store.update(seen.id, (alert): AlertChange => {
    const done = finishAction(alert, action.key, running.attempts, result, deps.now());
    return done ? { write: { ...done, urgent: action.by !== undefined } } : {};
  });
  deps.onDone(action, result, deps.now() - started);
};

const perform = async (deps: ActionDeps, alert: Alert, action: ActionState): Promise<ActionResult> => {
  const values = templateValues(alert, deps.permalink);
  const key = `${alert.id}-${action.key}`;
  switch (action.spec.kind) {
    case 'ticket':
      return deps.tickets
        ? deps.tickets.raise(ticketRequest(alert, action, action.spec, values, key))
        : unset('jira');
    case 'silence':
      return deps.silences
        ? deps.silences.silence(silenceRequest(alert, action, action.spec, key))
        : unset('alertmanagers');
    case 'api_task': {
      if (!deps.apiTasks) return unset('sre_api');
      const request = apiTaskRequest(action.spec, values, key);
      return 'missing' in request
        ? { ok: false, retry: false, error: `needs what never came: ${request.missing.join(', ')}` }
        : deps.apiTasks.submit(request);
    }
    case 'rebuild': {
      if (!deps.rebuilds) return unset('rebuilds');
      if (action.spec.run && alert.status === 'resolved') {
        return failed('the alert was over before the rebuild could be started; nothing was started');
      }
      if (!action.spec.run && alert.thread.state !== 'open') {
        return failed('there is no thread to propose the rebuild in; nothing was started');
      }
      const request = proposalRequest(alert, action.spec, values, key);
      return 'error' in request ? failed(request.error) : deps.rebuilds.propose(request);
    }
    default:
      return action.spec satisfies never;
  }
};

const failed = (error: string): ActionResult => ({ ok: false, retry: false, error });

const unset = (key: string): ActionResult => ({
  ok: false,
  retry: false,
  error: `${key} is not set in farmhand.yml`,
});
