import type { Person } from '../../core/person.ts';
import type { ActionSpec, ActionState, Alert } from '../model/alert.ts';

interface Asked {
  readonly by: Person;
  /** ms */
  readonly at: number;
}

/** A person's action besides the others. A ticket that was given up is tried again under its own key: there are never two. */
export const withAction = (
  alert: Alert,
  spec: ActionSpec,
  { by, at }: Asked,
  over: Partial<ActionState> = {},
): Alert => {
  const given = alert.actions.find(
    ({ kind, state }) => kind === 'ticket' && spec.kind === 'ticket' && state === 'failed',
  );
  if (given) {
    const { error: _, ...rest } = given;
    const again: ActionState = { ...rest, state: 'waiting', attempts: 0, nextAt: at, by, ...over };
    const action = { ...again, spec: specAgain(given.spec, spec) };
    return { ...alert, actions: alert.actions.map((one) => (one === given ? action : one)) };
  }
  const count = alert.actions.filter(({ kind }) => kind === spec.kind).length + 1;
  const key = count === 1 ? spec.kind : `${spec.kind}-${count}`;
  const state = { state: 'waiting', attempts: 0, nextAt: at } as const;
  const action: ActionState = { key, kind: spec.kind, ...state, spec, by, at, ...over };
  return { ...alert, actions: [...alert.actions, action] };
};

/** What the route says of its ticket stays; what was for a list before is for what is asked for now. */
const specAgain = (before: ActionSpec, now: ActionSpec): ActionSpec => {
  if (before.kind !== 'ticket' || now.kind !== 'ticket') return now;
  if (before.list || before.with) return now;
  return { ...before, ...now };
};

export const isPending = ({ actions }: Alert, kind: ActionState['kind']): boolean =>
  actions.some((one) => one.kind === kind && (one.state === 'waiting' || one.state === 'running'));

/** One that is for several alerts is not told what becomes of each: their threads tell. */
export const listTicket = {
  kind: 'ticket',
  resolved: { silent: true },
  refired: { silent: true },
} as const satisfies ActionSpec;
