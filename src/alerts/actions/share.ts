import { actionProblemWords } from '../messages/action-problems.ts';
import type { ActionRef, ActionState, Alert, AlertId } from '../model/alert.ts';
import { updateMany } from '../ports/many.ts';
import type { ActionResult } from '../ports/ports.ts';
import type { AlertChange, AlertStore } from '../ports/store.ts';
import { finishAction } from './action-step.ts';
import { asksWhatBecame, isForOthers, joined, outcomeOf, settled } from './list-action.ts';

export interface SharedDeps {
  readonly store: Pick<AlertStore, 'getMany' | 'update'>;
  readonly now: () => number;
}

/** Written side by side. */
const together = 20;

/** The others of its list have an action of their own by then; answers their records, without those that are gone. */
export const joinOthers = async (
  deps: SharedDeps,
  alert: Alert,
  action: ActionState,
): Promise<readonly Alert[]> => {
  const { spec } = action;
  if (!isForOthers(spec)) return [];
  const ref = { alert: alert.id, key: action.key };
  return change(deps, spec.list.others, (other) => joined(other, ref, action, spec, deps.now()));
};

/**
 * The others end as this one does, before it is on record that it ended: who dies here does it again. Answers how it ended: where
 * an earlier run made it, died before that was on record, and later ones were given up, those that have it by then tell.
 */
export const settleOthers = async (
  deps: SharedDeps,
  alert: Alert,
  action: ActionState,
  result: ActionResult,
): Promise<ActionResult> => {
  const { spec } = action;
  if (!isForOthers(spec)) return result;
  const endsAs = (how: ActionResult): ActionState | undefined =>
    finishAction(alert, action.key, action.attempts, how, deps.now())?.alert.actions.find(
      ({ key }) => key === action.key,
    );
  const ref = { alert: alert.id, key: action.key };
  const isLost = endsAs(result)?.state === 'failed';
  const known = isLost ? madeBefore(await deps.store.getMany(spec.list.others), ref) : undefined;
  const how = known ?? result;
  const ended = endsAs(how);
  if (ended?.state !== 'done' && ended?.state !== 'failed') return how;
  await change(deps, spec.list.others, (other) => settled(other, ref, ended, how, deps.now()));
  return how;
};

const madeBefore = (others: ReadonlyMap<AlertId, Alert>, ref: ActionRef): ActionResult | undefined =>
  [...others.values()].map((other) => outcomeOf(other, ref)).find((known) => known !== undefined);

/** What became of the action that another alert has for this one as well. */
export const askOther = async ({ store }: SharedDeps, ref: ActionRef): Promise<ActionResult> => {
  const words = {
    gone: actionProblemWords({ code: 'list_gone' }),
    waits: actionProblemWords({ code: 'list_waits' }),
  };
  const other = (await store.getMany([ref.alert])).get(ref.alert);
  return other ? asksWhatBecame(other, ref, words) : { ok: false, retry: false, error: words.gone };
};

/** Those of them that are there, as they were before. */
const change = async (
  { store }: SharedDeps,
  ids: readonly AlertId[],
  by: (alert: Alert) => AlertChange,
): Promise<readonly Alert[]> => {
  const seen = new Map<AlertId, Alert>();
  for (let at = 0; at < ids.length; at += together) {
    await updateMany(store, ids.slice(at, at + together), (alert) => {
      seen.set(alert.id, alert);
      return by(alert);
    });
  }
  return ids.flatMap((id) => seen.get(id) ?? []);
};
