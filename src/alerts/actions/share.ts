import { actionProblemWords } from '../messages/action-problems.ts';
import type { ActionRef, ActionState, Alert, AlertId } from '../model/alert.ts';
import { updateMany } from '../ports/many.ts';
import type { ActionResult } from '../ports/ports.ts';
import type { AlertChange, AlertStore } from '../ports/store.ts';
import { finishAction } from './action-step.ts';
import { asksWhatBecame, isForOthers, joined, settled } from './list-action.ts';

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

/** The others end as this one does, before it is on record that it ended: who dies here does it again. */
export const settleOthers = async (
  deps: SharedDeps,
  alert: Alert,
  action: ActionState,
  result: ActionResult,
): Promise<void> => {
  const { spec } = action;
  if (!isForOthers(spec)) return;
  const { alert: after } = finishAction(alert, action.key, action.attempts, result, deps.now()) ?? {};
  const ended = after?.actions.find(({ key }) => key === action.key);
  if (ended?.state !== 'done' && ended?.state !== 'failed') return;
  const ref = { alert: alert.id, key: action.key };
  await change(deps, spec.list.others, (other) => settled(other, ref, ended, result, deps.now()));
};

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
