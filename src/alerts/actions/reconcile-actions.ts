import type { AuditPort } from '../../audit/chain/ports.ts';
import { messageOf } from '../../core/errors.ts';
import { needsOf } from '../../core/templates.ts';
import { type Around, inTraceOf } from '../../core/tracing/context.ts';
import { type Controller, carryOut, type EffectSteps, reconcile } from '../../reconcile/controller.ts';
import { type ActionProblem, actionProblemWords } from '../messages/action-problems.ts';
import type { ActionState, Alert, AlertId, TicketFields } from '../model/alert.ts';
import { actionId } from '../model/audited.ts';
import type {
  ActionResult,
  ApiTaskPort,
  PagerPort,
  RebuildProposals,
  SilencePort,
  TicketPort,
  TicketRequest,
} from '../ports/ports.ts';
import type { AlertChange, AlertStore } from '../ports/store.ts';
import { type ActionPolicy, claimAction, finishAction, planActions } from './action-step.ts';
import type { Bulkhead } from './bulkhead.ts';
import {
  apiTaskRequest,
  listTicketRequest,
  newsRequest,
  pagerRequest,
  proposalRequest,
  silenceRequest,
  specTemplates,
  ticketRequest,
} from './requests.ts';
import { askOther, joinOthers, settleOthers } from './share.ts';
import { type PermalinkOf, templateValues } from './values.ts';

export interface ActionDeps {
  readonly store: AlertStore;
  readonly tickets: TicketPort | undefined;
  /** More fields of the tickets of all alerts; templates. */
  readonly ticketFields?: TicketFields | undefined;
  readonly apiTasks: ApiTaskPort | undefined;
  readonly silences: SilencePort | undefined;
  readonly pagers?: PagerPort | undefined;
  readonly rebuilds?: RebuildProposals | undefined;
  /** Without its intent in the audit nothing is done. */
  readonly audit: Pick<AuditPort, 'unproven'>;
  /** What it lets through may run; the rest comes again in a second. */
  readonly gate: Bulkhead;
  readonly permalink: PermalinkOf;
  readonly now: () => number;
  /** ms: longer than any run may take. */
  readonly claimTimeout: number;
  /** Not yet: records were lost, and it is not known what was done before. */
  readonly held?: () => boolean;
  readonly onDone: (action: ActionState, result: ActionResult, ms: number) => void;
  readonly around?: Around<Alert, ActionState> | undefined;
}

/**
 * Runs what is due of an alert's actions, each on its own: one that hangs holds up no other. Answers when the next is due,
 * ms from now. It takes no lease (docs/adr/0009): a silence that a person asks for goes ahead while a ticket hangs.
 */
export const reconcileActions = async (deps: ActionDeps, id: AlertId): Promise<number | undefined> =>
  deps.held?.() ? heldFor : reconcile(actionController(deps), id, { now: deps.now, rounds: 1 });

const fullWait = 1_000;
const heldFor = 1_000;

interface ActionClaim {
  /** As they are on record with the claim. */
  readonly alert: Alert;
  readonly action: ActionState;
  /** ms */
  readonly at: number;
}

const actionController = (deps: ActionDeps): Controller<Alert, ActionState> => ({
  load: async (id) => (await deps.store.getMany([id])).get(id),
  decide: (alert) => {
    const policy = { claimTimeout: deps.claimTimeout, needs: actionNeeds(deps.ticketFields) };
    const { run, wakeAt } = planActions(alert, deps.now(), policy);
    if (run.length > 0) return { do: 'work', work: run };
    return wakeAt === undefined ? { do: 'nothing' } : { do: 'wait', until: wakeAt };
  },
  admit: async (_, { kind }, go) => {
    if (!deps.gate.enter(kind)) return fullWait;
    await go().finally(() => deps.gate.leave(kind));
    return undefined;
  },
  carryOut: carryOut(actionEffect(deps), deps.now),
});

const actionEffect = (deps: ActionDeps): EffectSteps<Alert, ActionState, ActionClaim, ActionResult> => ({
  claim: async ({ id }, due) => {
    const change = await deps.store.update(id, (alert): AlertChange & { claim?: ActionClaim } => {
      const at = deps.now();
      const next = claimAction(alert, due, at);
      const action = next?.actions.find(({ key }) => key === due.key);
      return next && action
        ? { claim: { alert: next, action, at }, write: { alert: next, journal: [] } }
        : {};
    });
    return change?.claim;
  },
  prove: async ({ alert, action }) => {
    const error = await deps.audit.unproven(actionId(alert, action));
    return error === undefined ? undefined : { ok: false, retry: true, error };
  },
  execute: (claim) => inTraceOf(deps.around, claim.alert, claim.action, () => execute(deps, claim)),
  unanswered: (error) => ({ ok: false, retry: true, error: messageOf(error) }),
  apply: async ({ alert: claimed, action, at }, result) => {
    const { id } = claimed;
    const how = await settleOthers(deps, claimed, action, result);
    await deps.store.update(id, (alert): AlertChange => {
      const done = finishAction(alert, action.key, action.attempts, how, deps.now());
      return done ? { write: { ...done, urgent: action.by !== undefined } } : {};
    });
    // One that waits for another alert's has asked no other system.
    if (!('with' in action.spec)) deps.onDone(action, how, deps.now() - at);
  },
});

/** A rebuild is proposed and told in the thread, so it waits for one whatever its templates say. */
const actionNeeds =
  (fields: TicketFields | undefined): ActionPolicy['needs'] =>
  ({ spec }) =>
    new Set([
      ...specTemplates(spec, fields).flatMap((text) => [...needsOf(text)]),
      ...(spec.kind === 'rebuild' ? (['thread'] as const) : []),
    ]);

const execute = async (deps: ActionDeps, { alert, action, at }: ActionClaim): Promise<ActionResult> => {
  if ('with' in action.spec && action.spec.with) return askOther(deps, action.spec.with);
  const others = await joinOthers(deps, alert, action);
  const values = templateValues(alert, deps.permalink);
  const key = `${alert.id}-${action.key}`;
  const listed = (request: TicketRequest): TicketRequest =>
    listTicketRequest(request, { alert, action, others }, deps.permalink);
  switch (action.spec.kind) {
    case 'ticket':
      return deps.tickets
        ? deps.tickets.raise(
            listed(ticketRequest(alert, action, action.spec, values, key, deps.ticketFields)),
          )
        : notSet('jira');
    case 'ticket_news': {
      if (!deps.tickets) return notSet('jira');
      const request = newsRequest(alert, action, action.spec, key, at + (deps.claimTimeout * 2) / 3);
      return 'problem' in request ? { ...failed(request.problem), quiet: true } : deps.tickets.tell(request);
    }
    case 'silence':
      return deps.silences
        ? deps.silences.silence(silenceRequest(alert, action, action.spec, key))
        : notSet('alertmanagers');
    case 'api_task': {
      if (!deps.apiTasks) return notSet('sre_api');
      const request = apiTaskRequest(action.spec, values, key);
      return 'problem' in request ? failed(request.problem) : deps.apiTasks.submit(request);
    }
    case 'pager': {
      const request = pagerRequest(alert, action.spec, values, key);
      if (!request) return { ok: true, id: key };
      return deps.pagers ? deps.pagers.tell(request) : notSet('pagers');
    }
    case 'rebuild': {
      if (!deps.rebuilds) return notSet('rebuilds');
      const request = proposalRequest(alert, action.spec, values, key);
      return 'problem' in request ? failed(request.problem) : deps.rebuilds.propose(request);
    }
    default:
      return action.spec satisfies never;
  }
};

const failed = (problem: ActionProblem): Extract<ActionResult, { ok: false }> => ({
  ok: false,
  retry: false,
  error: actionProblemWords(problem),
});

const notSet = (key: string): ActionResult => failed({ code: 'not_set', key });
